import { byteOrderMark } from '../files/decode-text.ts'
import { createLineError } from '../files/malformed-line.ts'
import { commonDelimiters, isDelimiter } from './csv-delimiter.ts'
import { Opening } from './opening.ts'
import { findPreamble, type Preamble } from './preamble.ts'

export type Pieces = AsyncIterable<string> | Iterable<string>

/** Comments above the first row that are kept. */
const longestStart = 4_096

/** The beginning of a text as each delimiter splits it. It is read no further than needed. */
export class Head {
  readonly hasBom: boolean
  readonly openings: readonly Opening[]
  /** The first characters that were read, without a byte order mark. */
  start = ''
  readonly #pieces: AsyncIterator<string> | Iterator<string>
  /** Null before the next piece is read. */
  #next: IteratorResult<string, unknown> | null

  /** @param delimiter null tries the common ones, unless a line such as `sep=;` names one */
  static async open(pieces: Pieces, delimiter: string | null, label: string): Promise<Head> {
    const iterator =
      Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]()
    return new Head(iterator, await iterator.next(), delimiter, label)
  }

  private constructor(
    pieces: AsyncIterator<string> | Iterator<string>,
    first: IteratorResult<string, unknown>,
    delimiter: string | null,
    label: string,
  ) {
    const preamble = findPreamble(first.done ? '' : first.value)
    this.#pieces = pieces
    this.#next = first
    this.hasBom = preamble.hasBom
    this.openings = listDelimiters(delimiter, preamble, label).map((each) => new Opening(each))
  }

  /** Whether the text was read to its end, and is empty apart from a byte order mark. */
  get isEmpty(): boolean {
    return this.#next?.done === true && this.start === ''
  }

  /** Reads until these openings have so many rows, a fault, or the whole text. */
  async readRows(rows: number, openings = this.openings): Promise<void> {
    while (openings.some((opening) => opening.rows.length < rows && !opening.isOver)) {
      this.#next ??= await this.#pieces.next()
      if (this.#next.done) for (const opening of openings) await opening.end()
      else await this.#takePiece(this.#next.value, openings)
    }
  }

  async #takePiece(text: string, openings: readonly Opening[]): Promise<void> {
    for (const opening of openings) await opening.write(text)
    const isMarked = this.start === '' && text.startsWith(byteOrderMark)
    if (this.start.length < longestStart)
      this.start += text.slice(isMarked ? byteOrderMark.length : 0).slice(0, longestStart - this.start.length)
    this.#next = null
  }

  async close(): Promise<void> {
    await this.#pieces.return?.()
  }
}

function listDelimiters(chosen: string | null, preamble: Preamble, label: string): readonly string[] {
  const { delimiter: separator } = preamble
  if (separator !== null && !isDelimiter(separator)) throw createSeparatorError(label, separator)
  const delimiter = chosen ?? separator
  return delimiter === null ? commonDelimiters : [delimiter]
}

function createSeparatorError(label: string, delimiter: string): Error {
  return createLineError(
    { label, line: 1 },
    `"${delimiter}" cannot separate cells.`,
    'Delete this line, or write sep=, or sep=; instead.',
  )
}
