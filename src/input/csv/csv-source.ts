import type { Request, UserList } from '../../domain/request.ts'
import { type InputFile, openInputFile } from '../files/input-file.ts'
import { createLineError, quoteText } from '../files/malformed-line.ts'
import { describeDelimiter } from './csv-delimiter.ts'
import { type CsvLayout, type CsvOptions, parseCsvOptions, readLayout } from './csv-layout.ts'
import { createCsvRequest } from './csv-request.ts'
import { type CsvRow, readRows } from './csv-rows.ts'

export type { CsvOptions } from './csv-layout.ts'
export type { CsvRow } from './csv-rows.ts'

/** Requests from a CSV, one a row, and the rows themselves. */
export interface CsvSource extends UserList {
  /** The cells of the header, without spaces around them; null without a header. */
  readonly columns: readonly string[] | null
  /** Columns that say nothing about whom a row means, without those that a file of rejects adds. */
  readonly ignoredColumns: string[]
  readonly delimiter: string
  /** Whether the file begins with a byte order mark. */
  readonly hasBom: boolean
  /**
   * The rows behind the header in order, without blank lines and comments, a chunk of the file at a time. With a header
   * every row has as many cells as there are columns. Every call starts again.
   *
   * @throws UserError where the file is malformed, with the line, or changed since it was opened
   */
  readRows(): AsyncIterable<CsvRow[]>
  /** Whether a path leads to the very file that is read, symbolic links followed. */
  isSameFile(path: string): Promise<boolean>
  close(): Promise<void>
}

/**
 * Opens a CSV as spreadsheets write it, and reads its header. Standard input and pipes are read to their end first.
 *
 * @param path `-` for standard input
 * @throws UserError where an option makes no sense, or the file cannot be read, is malformed at its beginning, or has no
 *   header of use; the signal's reason when it was aborted
 */
export async function openCsvSource(path: string, options: CsvOptions): Promise<CsvSource> {
  const choices = parseCsvOptions(options)
  const file = await openInputFile(path, options.signal ?? new AbortController().signal)
  try {
    return new CsvFile(file, await readLayout(file, choices))
  } catch (error) {
    await file.close()
    throw error
  }
}

/** The requests of so short a file are kept for the next reading: parsing it again would cost more than their memory is worth. */
const mostKeptBytes = 512 * 1024

class CsvFile implements CsvSource {
  readonly #file: InputFile
  readonly #layout: CsvLayout
  #kept: readonly Request[][] | null = null

  constructor(file: InputFile, layout: CsvLayout) {
    this.#file = file
    this.#layout = layout
  }

  get name(): string {
    return this.#file.name
  }

  get sha256(): string | null {
    return this.#file.sha256
  }

  get progress(): number {
    return this.#file.progress
  }

  get columns(): readonly string[] | null {
    return this.#layout.columns
  }

  get ignoredColumns(): string[] {
    return this.#layout.ignoredColumns
  }

  get delimiter(): string {
    return this.#layout.delimiter
  }

  get hasBom(): boolean {
    return this.#layout.encoding.hasBom
  }

  async *readBatches(): AsyncGenerator<Request[]> {
    if (this.#kept !== null) return yield* this.#kept
    const { keyColumns } = this.#layout
    const isKept = this.#file.bytes <= mostKeptBytes
    const kept: Request[][] = []
    for await (const rows of this.readRows()) {
      const requests = rows.map((row) => createCsvRequest(row, keyColumns))
      if (isKept) kept.push(requests)
      yield requests
    }
    if (isKept) this.#kept = kept
  }

  async *readRows(): AsyncGenerator<CsvRow[]> {
    const { columns } = this.#layout
    if (columns === null) return yield* readRows(this.#file, this.#layout)
    let isHeaderRead = false
    for await (const rows of readRows(this.#file, this.#layout)) {
      const data = isHeaderRead ? rows : this.#dropHeader(rows, columns)
      isHeaderRead = true
      for (const row of data) this.#fitToColumns(row, columns.length)
      if (data.length > 0) yield data
    }
    if (!isHeaderRead) throw this.#file.createChangeError()
  }

  #dropHeader([header, ...rows]: CsvRow[], columns: readonly string[]): CsvRow[] {
    const isHeader = columns.every((column, index) => column === header?.cells[index])
    if (!isHeader) throw this.#file.createChangeError()
    return rows
  }

  #fitToColumns(row: CsvRow, width: number): void {
    const { cells } = row
    while (cells.length < width) cells.push('')
    if (cells.length === width) return
    const surplus = cells.splice(width).find((cell) => cell !== '')
    if (surplus !== undefined) throw this.#createSurplusError(row.line, surplus)
  }

  #createSurplusError(line: number, cell: string): Error {
    const { delimiter } = this.#layout
    return createLineError(
      { label: this.#file.label, line },
      `the cell ${quoteText(cell)} stands beyond the last column of the header.`,
      `Put a cell that holds ${describeDelimiter(delimiter)} in quotes, or give every column a name in the header.`,
    )
  }

  isSameFile(path: string): Promise<boolean> {
    return this.#file.isSameFile(path)
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}
