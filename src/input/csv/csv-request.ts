import type { CellProblem } from '../../domain/people/cell-problem.ts'
import type { PersonKey } from '../../domain/people/person-key.ts'
import { type CellReading, readCell } from '../../domain/people/read-cell.ts'
import type { Request } from '../../domain/request.ts'
import type { HeaderKeys } from './csv-header.ts'
import type { CsvRow } from './row-tokenizer.ts'

/**
 * Creates the request of a row. Without a filled cell that counts, its input is empty.
 *
 * A number may be the id of another system, so it does not count alone beside the name in another column.
 */
export function createCsvRequest(
  { line, cells }: CsvRow,
  { keyColumns, hasNames, ignoredNames }: Omit<HeaderKeys, 'ignoredColumns'>,
): Request {
  let keys: readonly PersonKey[] = []
  let problem: CellProblem | null = null
  let input = ''
  let most = 0
  for (const { index, kind } of keyColumns) {
    const cell = cells[index] ?? ''
    if (cell === '') continue
    const reading = readCell(cell, kind)
    const weight = weighCell(reading)
    if (weight > most) {
      input = cell
      most = weight
    }
    // The usual row has one cell that counts.
    keys = keys.length === 0 ? reading.keys : [...keys, ...reading.keys]
    if (problem === null || reading.problem === 'several_names') problem = reading.problem
  }
  const request = { line, input, keys, problem }
  if (!isNumberAlone(keys, input)) return request
  if (ignoredNames.some((index) => (cells[index] ?? '') !== ''))
    return { ...request, problem: 'ignored_name' }
  return hasNames ? { ...request, isIdAlone: true } : request
}

/** The heaviest cell of a row decides about it; among equals, the first one. */
function weighCell({ keys, problem }: CellReading): number {
  if (problem === 'several_names') return 4
  if (keys.length > 0) return 3
  return problem === null ? 1 : 2
}

/** A global id is GitLab's own. */
function isNumberAlone(keys: readonly PersonKey[], input: string): boolean {
  return keys.length === 1 && keys[0]?.kind === 'user_id' && !input.startsWith('gid:')
}
