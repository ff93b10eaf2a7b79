import { JsonNesting } from './json-nesting.ts'

/** A member of the root of a document, or an element of a list. */
export interface Piece {
  /** Null for a document that is not an object: `value` is then the document. */
  key: string | null
  /** Null for a member. */
  index: number | null
  /** A list comes first as an empty array, then its elements follow. */
  value: unknown
}

/** The place of the next piece: the shortest text that leads there, and so to the same message of `JSON.parse`. */
type Place = '' | '{' | '{"":{},' | '{"":{}' | '[' | '[{},' | '{}'

/** A text that is not JSON. `JSON.parse` explains it: prepend `prefix` to the bytes from `start` to `end`. */
export class JsonFault extends Error {
  readonly prefix: string
  readonly start: number
  /** Behind the byte that does not fit, or the length of a document that is cut off. */
  readonly end: number

  constructor(cause: unknown, { prefix, start, end }: Pick<JsonFault, 'prefix' | 'start' | 'end'>) {
    super('The text is not JSON.', { cause })
    this.prefix = prefix
    this.start = start
    this.end = end
  }
}

/** Its elements come next. */
interface OpenList {
  key: string
  /** Elements that were read. */
  length: number
  /** Index in the chunk; null if no element ends in it. */
  lastComma: number | null
  /** Whether an object or a list began behind the last comma. */
  hasBegun: boolean
}

const openingBrace = 0x7b
const openingBracket = 0x5b

/**
 * Divides a JSON document into pieces, chunk by chunk. It accepts the same texts as `JSON.parse`, which parses the members and the
 * elements: all elements of a chunk at once.
 */
export class JsonPieces {
  readonly #lists: ReadonlySet<string>
  readonly #nesting = new JsonNesting()
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #pieces: Piece[] = []
  #place: Place = ''
  #list: OpenList | null = null
  #chunk: Uint8Array = new Uint8Array()
  /** Index behind the last piece in the chunk. */
  #from = 0
  /** The bytes of earlier chunks behind the last piece. */
  #kept: Uint8Array[] = []
  /** Position behind the last piece in the document. */
  #start = 0
  #chunkStart = 0

  /** @param lists members of the root whose elements become pieces */
  constructor(lists: ReadonlySet<string>) {
    this.#lists = lists
  }

  /** @throws JsonFault */
  write(chunk: Uint8Array): Piece[] {
    this.#open(chunk)
    for (const at of this.#nesting.findMarks(chunk)) this.#takeMark(at)
    if (this.#list?.lastComma != null) this.#takeElements(this.#list, this.#list.lastComma)
    this.#kept.push(chunk.slice(this.#from))
    this.#chunkStart += chunk.length
    return this.#pieces
  }

  /** @throws JsonFault for a document that is cut off */
  end(): Piece[] {
    this.#open(new Uint8Array())
    if (this.#place === '') this.#pieces.push({ key: null, index: null, value: this.#parse('', 0, '') })
    else if (this.#place === '{}') this.#requireBlank(0)
    else throw this.#createFault(0)
    return this.#pieces
  }

  #open(chunk: Uint8Array): void {
    this.#chunk = chunk
    this.#from = 0
    this.#pieces = []
  }

  #takeMark(at: number): void {
    if (this.#nesting.mark === 'fault' || this.#place === '{}') throw this.#createFault(at)
    if (this.#place === '') this.#takeFirstMark(at)
    else if (this.#list === null) this.#takeRootMark(at)
    else this.#takeListMark(this.#list, at)
  }

  /** A document that is not an object becomes one piece at its end. */
  #takeFirstMark(at: number): void {
    if (this.#nesting.depth !== 1 || this.#chunk[at] !== openingBrace) return
    this.#requireBlank(at)
    this.#moveTo('{', at)
  }

  #takeRootMark(at: number): void {
    const { mark, depth } = this.#nesting
    if (depth === 2 && this.#chunk[at] === openingBracket) this.#beginList(at)
    else if (depth === 1 && mark === 'comma') this.#endMember('{"":{},', at)
    else if (depth === 0) this.#endMember('{}', at)
  }

  #beginList(at: number): void {
    if (this.#place === '{"":{}') throw this.#createFault(at)
    const [key = ''] = Object.keys(this.#parse('{', at + 1, ']}') as object)
    if (!this.#lists.has(key)) return
    this.#pieces.push({ key, index: null, value: [] })
    this.#list = { key, length: 0, lastComma: null, hasBegun: false }
    this.#moveTo('[', at)
  }

  #endMember(next: Place, at: number): void {
    if (this.#place === '{"":{}') this.#requireBlank(at)
    else this.#takeMember({ isOptional: this.#place === '{' && next === '{}' }, at)
    this.#moveTo(next, at)
  }

  #takeMember({ isOptional }: { isOptional: boolean }, at: number): void {
    const [member] = Object.entries(this.#parse('{', at, '}') as object)
    if (member !== undefined) this.#pieces.push({ key: member[0], index: null, value: member[1] })
    else if (!isOptional) throw this.#createFault(at)
  }

  #takeListMark(list: OpenList, at: number): void {
    const { mark, depth } = this.#nesting
    if (mark === 'opening') this.#beginElement(list, at)
    else if (depth === 1) this.#endList(list, at)
    else {
      list.lastComma = at
      list.hasBegun = false
    }
  }

  /** Without a comma in between, the rest of the list would be kept as one element. */
  #beginElement(list: OpenList, at: number): void {
    if (list.hasBegun) throw this.#createFault(at)
    list.hasBegun = true
  }

  #takeElements(list: OpenList, at: number): void {
    const elements = this.#parse('[', at, ']') as unknown[]
    if (elements.length === 0) throw this.#createFault(at)
    for (const value of elements) this.#pieces.push({ key: list.key, index: list.length++, value })
    list.lastComma = null
    this.#moveTo('[{},', at)
  }

  #endList(list: OpenList, at: number): void {
    const isEmpty = this.#place === '[' && this.#isBlank(at)
    if (!isEmpty) this.#takeElements(list, at)
    this.#list = null
    this.#moveTo('{"":{}', at)
  }

  /** @param at index of the byte before the next piece */
  #moveTo(place: Place, at: number): void {
    this.#place = place
    this.#from = at + 1
    this.#kept = []
    this.#start = this.#chunkStart + at + 1
  }

  #requireBlank(at: number): void {
    if (!this.#isBlank(at)) throw this.#createFault(at)
  }

  #isBlank(at: number): boolean {
    return (this.#parse('[', at, ']') as unknown[]).length === 0
  }

  /** Parses the bytes from the last piece to the index `end`, with a text before and behind them. */
  #parse(before: string, end: number, behind: string): unknown {
    try {
      const bytes = Buffer.concat([...this.#kept, this.#chunk.subarray(this.#from, end)])
      return JSON.parse(`${before}${this.#decoder.decode(bytes)}${behind}`)
    } catch (error) {
      throw this.#createFault(end, error)
    }
  }

  #createFault(at: number, cause?: unknown): JsonFault {
    const end = this.#chunkStart + Math.min(at + 1, this.#chunk.length)
    return new JsonFault(cause, { prefix: this.#place, start: this.#start, end })
  }
}
