import type { CsvRow } from './row-tokenizer.ts'

/** Form of most cells of a column. */
export type CellForm = 'addresses' | 'usernames' | 'other'

/** Returns the filled cells of each column. */
export function listFilledCells(rows: readonly CsvRow[], width: number): string[][] {
  return Array.from({ length: width }, (_, index) =>
    rows.flatMap(({ cells }) => {
      const cell = cells[index] ?? ''
      return cell === '' ? [] : cell
    }),
  )
}

/** Spreadsheets write `12.0`, and `="12"` for a number that must stay text. */
const gitlabId = /^(?:="?)?(?:\d+(?:[.,]0+)?|gid:\/\/gitlab\/User\/\d+)"?$/

/** Whether a cell can be an id of GitLab. Other systems have ids such as `U012AB3CD`. */
export function holdId(cells: readonly string[]): boolean {
  return cells.some((cell) => gitlabId.test(cell))
}

/** A username has no spaces. `Ada <ada@example.com>` and `ada, grace` are no full names. */
const fullName = /^[^@<>,;/="]+\s[^@<>,;/="]+$/

/** Whether most cells are names of people, as in the column "User name" of Atlassian. */
export function holdFullNames(cells: readonly string[]): boolean {
  return isForMost(cells, (cell) => fullName.test(cell))
}

const address = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
/** In lower case, because a first name is a word, too. */
const plainUsername = /^@?(?=.*[a-z])[a-z0-9_][a-z0-9_.-]*$/
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-/i

export function classifyCells(cells: readonly string[]): CellForm {
  if (isForMost(cells, (cell) => address.test(cell))) return 'addresses'
  const isVaried = new Set(cells).size > cells.length / 2
  const holdsUsernames = isForMost(cells, (cell) => plainUsername.test(cell) && !guid.test(cell))
  return isVaried && holdsUsernames ? 'usernames' : 'other'
}

function isForMost(cells: readonly string[], isSuch: (cell: string) => boolean): boolean {
  return cells.filter(isSuch).length > cells.length / 2
}
