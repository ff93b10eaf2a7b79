/** `fault` is a byte that no JSON has at its place: another bracket, a control character, or a letter outside a string. */
type Mark = 'comma' | 'opening' | 'closing' | 'fault'

const backslash = 0x5c
const quote = 0x22
const openingBrace = 0x7b
const closingBrace = 0x7d
const closingBracket = 0x5d
const firstPrintable = 0x20

type Kind = Mark | 'quote' | 'other'

/** The kind of each byte outside a string. */
const kinds: Kind[] = Array.from({ length: 256 }, (_, byte) => findKind(String.fromCharCode(byte)))

function findKind(character: string): Kind {
  if (character === ',') return 'comma'
  if (character === '"') return 'quote'
  if ('{['.includes(character)) return 'opening'
  if ('}]'.includes(character)) return 'closing'
  // Digits, and the letters of true, false, null and exponents.
  return /[ \t\n\r:\d.+Eaeflnrstu-]/.test(character) ? 'other' : 'fault'
}

/**
 * The root of a document has depth 1, a list in it depth 2, and an element of the list depth 3. Inside elements no comma and no bracket is
 * a mark.
 */
const markedDepth = 2

/** Finds the upper commas and brackets of a JSON text, chunk by chunk. It does not check the grammar. */
export class JsonNesting {
  mark: Mark = 'fault'
  /** The brackets that will close what is open. */
  readonly #closers: number[] = []
  #isInString = false
  /** The chunk ended behind a backslash. */
  #isEscaped = false

  /** Behind the last mark. */
  get depth(): number {
    return this.#closers.length
  }

  /** The indexes of the marks. `mark` and `depth` describe the last one. */
  *findMarks(chunk: Uint8Array): Iterable<number> {
    let at = this.#skipString(chunk, 0)
    while (at < chunk.length) {
      const byte = chunk[at] as number
      const kind = kinds[byte] as Kind
      if (kind === 'quote') {
        this.#isInString = true
        at = this.#skipString(chunk, at + 1)
      } else {
        if (kind !== 'other' && this.#isMark(kind, byte)) yield at
        at += 1
      }
    }
  }

  #isMark(kind: Mark, byte: number): boolean {
    this.mark = kind
    const outerDepth = this.depth
    if (kind === 'opening') this.#closers.push(byte === openingBrace ? closingBrace : closingBracket)
    if (kind === 'closing' && this.#closers.pop() !== byte) this.mark = 'fault'
    return outerDepth <= markedDepth || this.mark === 'fault'
  }

  /** @returns the index behind the string, or of a control character, which no string contains */
  #skipString(chunk: Uint8Array, from: number): number {
    if (!this.#isInString) return from
    let at = this.#isEscaped ? from + 1 : from
    this.#isEscaped = false
    while (at < chunk.length) {
      const byte = chunk[at] as number
      if (byte === quote || byte < firstPrintable) {
        this.#isInString = false
        return byte === quote ? at + 1 : at
      }
      at += byte === backslash ? 2 : 1
    }
    this.#isEscaped = at > chunk.length
    return chunk.length
  }
}
