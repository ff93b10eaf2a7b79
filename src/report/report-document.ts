import type { Page } from './page.ts'

export type Cell = string | number | boolean | null

/** In CSV, an object is its text in JSON, and the texts of a list have spaces between them. */
export type RowValue =
  | Cell
  | readonly string[]
  | readonly number[]
  | Readonly<Record<string, Cell | readonly string[]>>

/** The keys are a contract with scripts: only ever added to. */
export type Row = Readonly<Record<string, RowValue>>

/** Common to all reports, so each format is written once. */
export interface ReportDocument {
  /** Before the rows in JSON. */
  head: Readonly<Record<string, unknown>>
  rowsKey: string
  columns: readonly string[]
  /** Read again on each call. */
  readRows(): Iterable<Row>
  /** Not called when quiet. */
  writeTable(page: Page): Promise<void>
}

/** Rows with these keys only, in this order. Null: with all. */
export function selectColumns<Document extends ReportDocument>(
  document: Document,
  keys: readonly string[] | null,
): Document {
  if (keys === null) return document
  const pick = (row: Row): Row => Object.fromEntries(keys.map((key) => [key, row[key] ?? null]))
  return { ...document, columns: keys, readRows: () => mapRows(document.readRows(), pick) }
}

export function* mapRows<Item, Mapped>(
  items: Iterable<Item>,
  toRow: (item: Item) => Mapped,
): Generator<Mapped> {
  for (const item of items) yield toRow(item)
}
