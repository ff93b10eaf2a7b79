import type { ListChoices } from '../../domain/list-choices.ts'
import type { KeyColumn } from './csv-header.ts'
import type { CsvSource } from './csv-source.ts'
import type { CsvRow } from './row-tokenizer.ts'

interface SettledRows {
  /** Null without a header. */
  columns: readonly string[] | null
  rows: AsyncIterable<CsvRow[]>
}

/** The best of the known names, so that no other column can have an equally good one. */
const addedColumn = 'GitLab username'

/**
 * The rows of a list in which each settled row names its user and nothing else. Without a column for that, one is added.
 *
 * @param usernames of the chosen users, by id
 */
export function settleRows(
  source: Pick<CsvSource, 'columns' | 'keyColumns' | 'readRows'>,
  choices: ListChoices,
  usernames: ReadonlyMap<number, string>,
): SettledRows {
  const { columns, keyColumns } = source
  const place = findPlace(keyColumns)
  if (columns === null || place !== null || choices.settled.size === 0)
    return { columns, rows: readSettled(source, choices, { place, isAdded: false }, usernames) }
  const added = { place: { index: columns.length, kind: 'username' }, isAdded: true } as const
  return { columns: [...columns, addedColumn], rows: readSettled(source, choices, added, usernames) }
}

/** An id stays the same when the user is renamed. */
function findPlace(keyColumns: readonly KeyColumn[]): KeyColumn | null {
  const find = (wanted: KeyColumn['kind']) => keyColumns.find(({ kind }) => kind === wanted)
  return find('user_id') ?? find('any') ?? find('username') ?? null
}

interface Place {
  place: KeyColumn | null
  isAdded: boolean
}

async function* readSettled(
  source: Pick<CsvSource, 'keyColumns' | 'readRows'>,
  { settled, leftOut }: ListChoices,
  { place, isAdded }: Place,
  usernames: ReadonlyMap<number, string>,
): AsyncGenerator<CsvRow[]> {
  const empty = new Set(source.keyColumns.map(({ index }) => index))
  for await (const rows of source.readRows()) {
    const kept = rows.filter(({ line }) => !leftOut.has(line))
    if (kept.length === 0) continue
    yield kept.map((row) => {
      const cells = isAdded ? [...row.cells, ''] : row.cells
      const userId = settled.get(row.line)
      if (userId === undefined || place === null) return { line: row.line, cells }
      const key = nameUser(place, userId, usernames)
      return {
        line: row.line,
        cells: cells.map((cell, at) => (at === place.index ? key : empty.has(at) ? '' : cell)),
      }
    })
  }
}

/** A plain number could count as the id of another system. */
function nameUser({ kind }: KeyColumn, userId: number, usernames: ReadonlyMap<number, string>): string {
  const name = usernames.get(userId)
  return kind === 'username' && name !== undefined ? name : `gid://gitlab/User/${userId}`
}
