import type { Request } from '../../domain/request.ts'
import type { CellProblem } from '../../people/cell-problem.ts'
import type { PersonKey } from '../../people/person-key.ts'
import { readCell } from '../../people/read-cell.ts'
import type { KeyColumn } from './csv-header.ts'
import type { CsvRow } from './row-tokenizer.ts'

/** Creates the request of a row. Without a filled cell that counts, its input is empty. */
export function createCsvRequest({ line, cells }: CsvRow, columns: readonly KeyColumn[]): Request {
  const keys: PersonKey[] = []
  let problem: CellProblem | null = null
  let input = ''
  for (const { index, kind } of columns) {
    const cell = cells[index] ?? ''
    if (cell === '') continue
    if (input === '') input = cell
    const reading = readCell(cell, kind)
    keys.push(...reading.keys)
    problem ??= reading.problem
  }
  return { line, input, keys, problem }
}
