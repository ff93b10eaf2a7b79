import { type Outcome, outcomes } from '../../domain/outcome.ts'
import { isRejectColumn, rejectColumns } from '../../domain/reject-columns.ts'
import { describeResult, type Result, type ResultContext } from '../../domain/result.ts'
import { type CsvFormatter, loadCsvFormatter } from '../formats/format-csv.ts'
import type { Cell } from '../report-document.ts'
import type { TextOutput } from '../text-output.ts'

export interface InputRow {
  line: number
  cells: string[]
}

export interface RejectedRow {
  line: number
  outcome: Outcome
  message: string
}

export interface RejectsOptions extends ResultContext {
  /** The header of the input; null without one. */
  columns: readonly string[] | null
  delimiter: string
  hasBom: boolean
  /** All rows of the input, lines ascending. */
  rows: AsyncIterable<InputRow[]>
  /** Lines ascending. A result without a line is about a user outside the input, and is left out. */
  rejects: Iterable<Result>
  /** Rows that the run did not read, lines ascending. */
  leftOut?: readonly RejectedRow[]
}

/**
 * Appends line, outcome and message to each failed row. These columns of an earlier rejects file are dropped.
 *
 * @throws Error if a result has no row: the input is not the one that was read before
 */
export async function writeRejects(output: TextOutput, options: RejectsOptions): Promise<void> {
  const formatCsv = await loadCsvFormatter(options.delimiter)
  if (options.hasBom) await output.write('\ufeff')
  const selectCells = createCellSelector(options.columns)
  if (options.columns !== null)
    await output.write(formatCsv([[...selectCells(options.columns), ...rejectColumns]]))
  for await (const text of formatRejects(options, selectCells, formatCsv)) await output.write(text)
  await output.end()
}

type CellSelector = (cells: readonly string[]) => string[]

/** With a header, every row becomes as long as it. */
function createCellSelector(columns: readonly string[] | null): CellSelector {
  if (columns === null) return dropRejectCells
  const own = columns.flatMap((name, index) => (isRejectColumn(name) ? [] : [index]))
  return (cells) => own.map((index) => cells[index] ?? '')
}

/** Without a header, only their form shows the cells of {@link rejectColumns}. */
function dropRejectCells(cells: readonly string[]): string[] {
  const [line, outcome] = cells.slice(-rejectColumns.length)
  const isReject =
    cells.length > rejectColumns.length && /^\d*$/.test(line ?? '') && Object.hasOwn(outcomes, outcome ?? '')
  return isReject ? cells.slice(0, -rejectColumns.length) : [...cells]
}

/** Reads both in step, so memory stays flat. */
async function* formatRejects(
  { rows, ...options }: RejectsOptions,
  selectCells: CellSelector,
  formatCsv: CsvFormatter,
): AsyncGenerator<string> {
  const remaining = listRejected(options)
  try {
    let next = remaining.next()
    for await (const batch of rows) {
      const lines: Cell[][] = []
      for (const { line, cells } of batch) {
        if (next.done || next.value.line !== line) continue
        lines.push([...selectCells(cells), line, next.value.outcome, next.value.message])
        next = remaining.next()
      }
      if (lines.length > 0) yield formatCsv(lines)
      if (next.done) return
    }
    if (!next.done) throw new Error(`The input has changed: line ${next.value.line} has no row.`)
  } finally {
    remaining.return()
  }
}

function* listRejected({
  rejects,
  leftOut = [],
  ...context
}: Omit<RejectsOptions, 'rows'>): Generator<RejectedRow, void> {
  const waiting = [...leftOut]
  for (const reject of rejects) {
    const { line, outcome } = reject
    if (line === null) continue
    while (waiting[0] !== undefined && waiting[0].line < line) yield* waiting.splice(0, 1)
    yield { line, outcome, message: describeResult(reject, context) }
  }
  yield* waiting
}
