import type { ListFile, Request, UserList } from '../../domain/request.ts'
import { containsToken } from '../../domain/token-text.ts'
import { readText } from '../files/decode-text.ts'
import { type InputFile, openInputFile } from '../files/input-file.ts'
import { createLineError, quoteText } from '../files/malformed-line.ts'
import { describeDelimiter } from './csv-delimiter.ts'
import type { KeyColumn } from './csv-header.ts'
import { type CsvOptions, parseCsvOptions } from './csv-options.ts'
import { createCsvRequest } from './csv-request.ts'
import { type CsvLayout, findLayout } from './find-layout.ts'
import type { IgnoredColumn } from './ignored-column.ts'
import { readRows } from './read-rows.ts'
import type { CsvRow } from './row-tokenizer.ts'

export interface CsvSource extends UserList {
  readonly file: ListFile
  /** The cells of the header, without spaces around them; null without a header. */
  readonly columns: readonly string[] | null
  /** Columns that name the user. */
  readonly keyColumns: readonly KeyColumn[]
  /** Named columns that are neither a key nor added by a file of rejects. */
  readonly ignoredColumns: readonly IgnoredColumn[]
  /** Physical line of the header, if rows above it are titles, which do not count; null otherwise. */
  readonly lineBelowTitles: number | null
  readonly delimiter: string
  readonly hasBom: boolean
  /**
   * Reads the rows behind the header, one chunk of the file at a time, without blank lines and comments. With a header every
   * row has as many cells as columns. Every call starts at the beginning.
   *
   * @throws UserError with the line if the file is malformed, or if it changed since it was opened
   */
  readRows(): AsyncIterable<CsvRow[]>
  isSameFile(path: string): Promise<boolean>
  close(): Promise<void>
}

/** Contains the first line of nearly every file, and more bytes than decide about the encoding. */
const headBytes = 2_048

/**
 * Opens a CSV as spreadsheets write it, and reads its header. An invalid option fails before
 * standard input and pipes are read to their end.
 *
 * @param path `-` for standard input
 * @throws UserError if an option is invalid, the file cannot be read, its first row is malformed, or its header has no key;
 *   the signal's reason if it was aborted
 */
export async function openCsvSource(path: string, options: CsvOptions): Promise<CsvSource> {
  parseCsvOptions(options)
  const file = await openInputFile(path, options.signal ?? new AbortController().signal)
  try {
    return await readCsvSource(file, options)
  } catch (error) {
    await file.close()
    throw error
  }
}

/**
 * Reads the header of an open file, which stays open.
 *
 * @throws UserError as {@link openCsvSource}
 */
export async function readCsvSource(file: InputFile, options: CsvOptions): Promise<CsvSource> {
  const { choices, encoding } = parseCsvOptions(options)
  const head = readText(file, { encoding, chunkBytes: headBytes })
  return new CsvFile(file, encoding, await findLayout(head, choices, file.label))
}

/** Requests of a file up to this size are one batch, which stays in memory: a second reading parses nothing. */
const mostKeptBytes = 512 * 1024

class CsvFile implements CsvSource {
  readonly #file: InputFile
  readonly #encoding: string | null
  readonly #layout: CsvLayout
  #kept: Request[] | null = null

  /** @param encoding null for UTF-8 and UTF-16 */
  constructor(file: InputFile, encoding: string | null, layout: CsvLayout) {
    this.#file = file
    this.#encoding = encoding
    this.#layout = layout
  }

  get file(): ListFile {
    return this.#file
  }

  get columns(): readonly string[] | null {
    return this.#layout.columns
  }

  get keyColumns(): readonly KeyColumn[] {
    return this.#layout.keyColumns
  }

  get ignoredColumns(): readonly IgnoredColumn[] {
    return this.#layout.ignoredColumns
  }

  get lineBelowTitles(): number | null {
    return this.#layout.hasTitles ? this.#layout.headerLine : null
  }

  get delimiter(): string {
    return this.#layout.delimiter
  }

  get hasBom(): boolean {
    return this.#layout.hasBom
  }

  async *readBatches(): AsyncGenerator<Request[]> {
    if (this.#file.bytes > mostKeptBytes) return yield* this.#parseBatches()
    this.#kept ??= await this.#readAll()
    if (this.#kept.length > 0) yield this.#kept
  }

  async #readAll(): Promise<Request[]> {
    const requests: Request[] = []
    for await (const batch of this.#parseBatches()) requests.push(...batch)
    return requests
  }

  async *#parseBatches(): AsyncGenerator<Request[]> {
    for await (const rows of this.readRows()) {
      for (const row of rows) this.#refuseToken(row)
      yield rows.map((row) => createCsvRequest(row, this.#layout))
    }
  }

  /** It would be printed and recorded as a name. */
  #refuseToken({ line, cells }: CsvRow): void {
    if (!this.#layout.keyColumns.some(({ index }) => containsToken(cells[index] ?? ''))) return
    throw createLineError(
      { label: this.#file.label, line },
      'a cell contains a GitLab token.',
      'Revoke the token, and delete the cell.',
    )
  }

  async *readRows(): AsyncGenerator<CsvRow[]> {
    const { columns, delimiter } = this.#layout
    const text = readText(this.#file, { encoding: this.#encoding })
    const batches = readRows(text, delimiter, this.#file.label)
    if (columns === null) return yield* batches
    let isHeaderRead = false
    for await (const rows of batches) {
      const data = isHeaderRead ? rows : this.#dropHeader(rows, columns)
      if (data === null) continue
      isHeaderRead = true
      for (const row of data) this.#fitToColumns(row, columns.length)
      if (data.length > 0) yield data
    }
    if (!isHeaderRead) throw this.#file.createChangeError()
  }

  /** Returns the rows below the header; null if these are all titles above it. */
  #dropHeader(rows: CsvRow[], columns: readonly string[]): CsvRow[] | null {
    const index = rows.findIndex(({ line }) => line >= (this.#layout.headerLine ?? 1))
    if (index === -1) return null
    const isHeader = columns.every((column, at) => column === rows[index]?.cells[at])
    if (!isHeader) throw this.#file.createChangeError()
    return rows.slice(index + 1)
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
      `the cell ${quoteText(cell)} is beyond the last column of the header.`,
      `Put a cell that contains ${describeDelimiter(delimiter)} in quotes, or name every column in the header.`,
    )
  }

  isSameFile(path: string): Promise<boolean> {
    return this.#file.isSameFile(path)
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}
