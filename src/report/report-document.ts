import type { Page } from './page.ts'

export type Cell = string | number | boolean | null

/** A cell, or cells by name: an object in JSON, and its text in CSV. */
export type RowValue = Cell | Readonly<Record<string, Cell>>

/** One row of a report. Its keys are a contract with scripts: only ever added to. */
export type Row = Readonly<Record<string, RowValue>>

/** What every report has in common, so that each format is written once for all of them. */
export interface ReportDocument {
  /** What stands before the rows in JSON, key by key. */
  head: Readonly<Record<string, unknown>>
  /** The key of the rows in JSON. */
  rowsKey: string
  /** The keys of a row, in order. */
  columns: readonly string[]
  /** Every call starts again. */
  readRows(): Iterable<Row>
  /** The report for people; not called when they want it quiet. */
  writeTable(page: Page): Promise<void>
}

/** Applies `toRow` while the rows are read. */
export function* mapRows<Item, Mapped>(
  items: Iterable<Item>,
  toRow: (item: Item) => Mapped,
): Generator<Mapped> {
  for (const item of items) yield toRow(item)
}
