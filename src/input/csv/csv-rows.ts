import { type CsvError, Parser } from 'csv-parse'
import type { UserError } from '../../errors.ts'
import { readText, type TextEncoding } from '../files/decode-text.ts'
import type { InputFile } from '../files/input-file.ts'
import { countLineEnds } from '../files/line-ends.ts'
import { createLineError } from '../files/malformed-line.ts'
import { SpaceNarrower } from './space-narrower.ts'

/** A row with at least one filled cell. */
export interface CsvRow {
  /** Physical line on which the row begins, from 1. */
  line: number
  /** Without spaces around them, and without the apostrophe that keeps a spreadsheet from running them. */
  cells: string[]
}

/** What has to be known before rows can be told apart. */
export interface CsvDialect {
  encoding: TextEncoding
  delimiter: string
  /** Characters of a first line that is no row, such as `sep=;`, its line end included; else 0. */
  preambleLength: number
}

/**
 * All rows of a file, its header among them, a chunk of the file at a time. Rows before a fault come before the fault.
 *
 * @param chunkBytes how much to read at once, where the beginning of the file is enough
 * @throws UserError where the file is malformed, with the line
 */
export async function* readRows(
  file: InputFile,
  dialect: CsvDialect,
  chunkBytes?: number,
): AsyncGenerator<CsvRow[]> {
  const parser = new RowParser(dialect)
  let preambleLength = dialect.preambleLength
  for await (const text of readText(file, dialect.encoding, chunkBytes)) {
    yield* parser.parse(text.slice(preambleLength))
    if (parser.fault !== null) throw createFaultError(file, parser, parser.fault)
    preambleLength = 0
  }
  yield* parser.parseEnd()
  if (parser.fault !== null) throw createFaultError(file, parser, parser.fault)
}

/** As little below 1 MiB as makes the parser refuse a cell of 1 MiB: it looks before it adds a byte. */
const longestRowBytes = 2 ** 20 - 2

/** csv-parse without its stream: text in, and rows with their lines out of the same call. */
class RowParser extends Parser {
  /** Why nothing can be read any more. */
  fault: Error | null = null
  readonly #narrower = new SpaceNarrower()
  readonly #firstLine: number
  #linesOfRows = 0
  #rows: CsvRow[] = []

  constructor({ delimiter, preambleLength }: CsvDialect) {
    super({
      delimiter,
      comment: '#',
      comment_no_infix: true,
      max_record_size: longestRowBytes,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    })
    this.#firstLine = preambleLength > 0 ? 2 : 1
  }

  /** Line on which the next row begins, as far as is known; that of the broken row after a fault. */
  get nextLine(): number {
    const { comment_lines, empty_lines } = this.info
    return this.#firstLine + this.#linesOfRows + comment_lines + empty_lines
  }

  parse(text: string): CsvRow[][] {
    this._transform(Buffer.from(this.#narrower.narrow(text)), 'utf8', (error) => this.#keepFault(error))
    return this.#takeRows()
  }

  parseEnd(): CsvRow[][] {
    this._flush((error) => this.#keepFault(error))
    return this.#takeRows()
  }

  /** Called by csv-parse with a row as soon as it ends, and with null at the end of the input. */
  override push(cells: string[] | null): boolean {
    if (cells === null) return true
    const line = this.nextLine
    this.#linesOfRows += 1
    for (const cell of cells) this.#linesOfRows += countLineEnds(cell)
    const row = { line, cells: cells.map(cleanCell) }
    if (row.cells.some((cell) => cell !== '')) this.#rows.push(row)
    this.#forgetColumnCount()
    return true
  }

  /**
   * csv-parse compares every row with the first one, and makes an error with a stack trace, only to drop it, for every row
   * of another length: 30 microseconds each. It takes a row for the first one when it has counted none.
   */
  #forgetColumnCount(): void {
    const counts: { records: number } = this.info
    counts.records = 0
  }

  #keepFault(error: Error | null | undefined): void {
    this.fault = error ?? null
  }

  #takeRows(): CsvRow[][] {
    const rows = this.#rows
    this.#rows = []
    return rows.length === 0 ? [] : [rows]
  }
}

/**
 * Apostrophe and formula character, full-width ones too, as spreadsheets and this tool (csv-stringify's `escape_formulas`)
 * write a cell that shall not be run.
 */
const guardedCell = /^'[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/

function cleanCell(cell: string): string {
  const text = cell.trim()
  return text.startsWith("'") && guardedCell.test(text) ? text.slice(1).trim() : text
}

const strayQuote = {
  problem: 'a quote (") stands in the middle of a cell.',
  hint: 'Put the whole cell in quotes, and write each quote inside it twice: "Ada ""Countess"" Lovelace".',
}

const faults: Partial<Record<CsvError['code'], { problem: string; hint: string }>> = {
  CSV_QUOTE_NOT_CLOSED: {
    problem: 'a quote (") is opened in this row and never closed.',
    hint: 'Close the quote at the end of its cell, or delete it.',
  },
  CSV_MAX_RECORD_SIZE: {
    problem: 'this row is 1 MiB long or longer.',
    hint: 'Look for a quote (") that is opened in this row and never closed.',
  },
}

function createFaultError(file: InputFile, parser: RowParser, fault: Error): UserError {
  const code = (fault as CsvError).code
  const { problem, hint } = faults[code] ?? strayQuote
  return createLineError({ label: file.label, line: parser.nextLine }, problem, hint, fault)
}
