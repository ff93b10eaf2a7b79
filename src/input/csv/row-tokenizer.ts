import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { type CsvError, Parser } from 'csv-parse'
import { countLineEnds } from '../files/line-ends.ts'
import { CommentMarker, commentSign, removeCommentSigns } from './comment-marker.ts'
import { findPreamble } from './preamble.ts'
import { SpaceNarrower } from './space-narrower.ts'

export interface CsvRow {
  /** Physical line on which the row begins, from 1. */
  line: number
  /** Without spaces around them, and without the apostrophe that guards a formula. */
  cells: string[]
}

/** Rows that end in a piece of text, and the fault behind the last of them. */
export interface TokenizedRows {
  rows: CsvRow[]
  fault: RowFault | null
}

export interface RowFault {
  /** Physical line on which the broken row begins, from 1. */
  line: number
  cause: CsvError
}

/** csv-parse checks the length before it adds a byte, so this limit refuses a cell of 1 MiB. */
const longestRowBytes = 2 ** 20 - 2

/** Splits a CSV into rows, one piece of text at a time. It cannot be used after a fault. */
export class RowTokenizer {
  readonly #parser: Parser
  readonly #resumed: Promise<unknown>
  readonly #narrower = new SpaceNarrower()
  readonly #marker = new CommentMarker()
  /** Null before the first piece. */
  #firstLine: number | null = null
  /** Physical lines of the rows so far, without the blank lines and comments between them. */
  #linesOfRows = 0
  #rows: CsvRow[] = []

  constructor(delimiter: string) {
    this.#parser = new Parser({
      delimiter,
      comment: commentSign,
      comment_no_infix: true,
      max_record_size: longestRowBytes,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      // A quote inside a cell is text. With `trim`, text behind a closing quote is still an error.
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    })
    // A flowing stream emits each row during the write, so the counters of `info` still belong to that row.
    this.#parser.on('data', (cells: string[]) => this.#addRow(cells))
    this.#resumed = once(this.#parser, 'resume')
    // write() and end() return the error.
    this.#parser.on('error', () => {})
  }

  /** @param text the next piece of the file; the first piece contains the whole first line */
  async write(text: string): Promise<TokenizedRows> {
    if (this.#firstLine === null) await this.#resumed
    const content = this.#firstLine === null ? this.#skipPreamble(text) : text
    const piece = this.#marker.mark(this.#narrower.narrow(content))
    return this.#takeRows(await new Promise((resolve) => this.#parser.write(piece, resolve)))
  }

  /** Returns the last row if it has no line end. */
  async end(): Promise<TokenizedRows> {
    const end = finished(this.#parser.end(this.#marker.end())).then(() => null)
    return this.#takeRows(await end.catch((error: Error) => error))
  }

  #skipPreamble(text: string): string {
    const { length, nextLine } = findPreamble(text)
    this.#firstLine = nextLine
    return text.slice(length)
  }

  get #nextLine(): number {
    const { comment_lines, empty_lines } = this.#parser.info
    return (this.#firstLine ?? 1) + this.#linesOfRows + comment_lines + empty_lines
  }

  #addRow(cells: string[]): void {
    const line = this.#nextLine
    this.#linesOfRows += 1
    for (const cell of cells) this.#linesOfRows += countLineEnds(cell)
    if (cleanCells(cells)) this.#rows.push({ line, cells })
    this.#forgetColumnCount()
  }

  /**
   * csv-parse compares every row with the first one. For a row of another length it creates an error and drops it, which takes
   * 30 microseconds. It accepts any length while it has counted no rows. No option turns this off, and `info` is meant to be read
   * only, so package.json pins the version.
   */
  #forgetColumnCount(): void {
    const counters: { records: number } = this.#parser.info
    counters.records = 0
  }

  #takeRows(cause: Error | null | undefined): TokenizedRows {
    const rows = this.#rows
    this.#rows = []
    return { rows, fault: cause ? { line: this.#nextLine, cause: cause as CsvError } : null }
  }
}

/** Spreadsheets, and csv-stringify with `escape_formulas`, write an apostrophe before a cell that looks like a formula. */
const guardedCell = /^'[ \u00a0]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/

/** Our own reports write it behind each usual delimiter as well. */
const innerGuards = /'(?=[ \u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20])(?<=[,;|\n]"*')/g

function cleanCell(cell: string): string {
  const text = cell.trim()
  if (!text.includes("'")) return text
  const inner = text.replace(innerGuards, '')
  return guardedCell.test(inner) ? inner.slice(1).trim() : inner
}

/** Works in place, since a copy of every row would take 4 % of the time. Returns whether a cell is filled. */
function cleanCells(cells: string[]): boolean {
  let isFilled = false
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cleanCell(removeCommentSigns(cells[index] ?? ''))
    cells[index] = cell
    if (cell !== '') isFilled = true
  }
  return isFilled
}
