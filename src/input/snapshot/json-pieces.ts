import { Tokenizer, TokenType } from '@streamparser/json'

type TokenInfo = Parameters<Tokenizer['onToken']>[0]

/** A member of the root of a document, or an element of a list. */
export interface Piece {
  /** Null for a document that is not an object: `value` is then the document. */
  key: string | null
  /** Null for a member. */
  index: number | null
  /** A list comes first as an empty array, then its elements follow. */
  value: unknown
}

/** The shortest text that leads to the same state, and so to the same message of `JSON.parse`. */
type State = '' | '{' | '{"":{},' | '{""' | '{"":' | '{"":{}' | '[' | '[{},' | '[{}' | '{}'

const keyStates: ReadonlySet<State> = new Set(['{', '{"":{},'])
const valueStates: ReadonlySet<State> = new Set(['', '{"":', '[', '[{},'])

interface Container {
  /** The key of the next value. */
  key: string
  value: Record<string, unknown> | unknown[]
  /** Elements so far; null unless they become pieces. */
  pieces: number | null
}

/** A text that is not JSON. `JSON.parse` explains it: prepend `prefix` to the bytes from `start`. */
export class JsonFault extends Error {
  readonly prefix: string
  readonly start: number
  /** Position of the byte that does not fit. */
  readonly at: number

  constructor(cause: Error, { prefix, start, at }: Pick<JsonFault, 'prefix' | 'start' | 'at'>) {
    super(cause.message, { cause })
    this.prefix = prefix
    this.start = start
    this.at = at
  }
}

class TokenFault extends Error {}

/** Divides a JSON document into pieces, chunk by chunk. It accepts the same texts as `JSON.parse`. */
export class JsonPieces {
  readonly #lists: ReadonlySet<string>
  readonly #tokenizer = new Tokenizer()
  readonly #open: Container[] = []
  #top: Container | undefined
  #pieces: Piece[] = []
  #state: State = ''
  /** From here on, the text leads to a fault that follows. */
  #restart: { prefix: State; start: number } = { prefix: '', start: 0 }
  #bytesWritten = 0

  /** @param lists members of the root whose elements become pieces */
  constructor(lists: ReadonlySet<string>) {
    this.#lists = lists
    this.#tokenizer.onToken = (token) => this.#take(token)
  }

  /** @throws JsonFault */
  write(chunk: Uint8Array): Piece[] {
    const pieces = this.#collect(() => this.#tokenizer.write(chunk))
    this.#bytesWritten += chunk.length
    return pieces
  }

  /** @throws JsonFault for a document that is cut off */
  end(): Piece[] {
    return this.#collect(() => {
      this.#tokenizer.end()
      if (this.#state !== '{}') throw new Error('the text ends too early')
    })
  }

  #collect(work: () => void): Piece[] {
    this.#pieces = []
    try {
      work()
      return this.#pieces
    } catch (error) {
      throw this.#createFault(error as Error)
    }
  }

  #createFault(error: Error): JsonFault {
    if (error instanceof TokenFault)
      return new JsonFault(error, { ...this.#restart, at: this.#restart.start })
    const position = /absolute position "(\d+)"/.exec(error.message)?.[1]
    return new JsonFault(error, { ...this.#restart, at: Number(position ?? this.#bytesWritten) })
  }

  #take(info: TokenInfo): void {
    this.#restart = { prefix: this.#state, start: info.offset }
    if (!this.#isExpected(info.token)) throw new TokenFault()
    switch (info.token) {
      case TokenType.COLON:
        this.#state = '{"":'
        return
      case TokenType.COMMA:
        this.#state = this.#state === '[{}' ? '[{},' : '{"":{},'
        return
      case TokenType.LEFT_BRACE:
        this.#begin({}, '{')
        return
      case TokenType.LEFT_BRACKET:
        this.#begin([], '[')
        return
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET:
        this.#end()
        // The text of the bracket would not tell which state follows.
        this.#restart = { prefix: this.#state, start: info.offset + 1 }
        return
      case TokenType.STRING:
        if (keyStates.has(this.#state)) this.#setKey(String(info.value))
        else this.#add(info.value)
        return
      default:
        this.#add(info.value)
    }
  }

  #isExpected(token: TokenType): boolean {
    const state = this.#state
    switch (token) {
      case TokenType.COLON:
        return state === '{""'
      case TokenType.COMMA:
        return state === '{"":{}' || state === '[{}'
      case TokenType.RIGHT_BRACE:
        return state === '{"":{}' || state === '{'
      case TokenType.RIGHT_BRACKET:
        return state === '[{}' || state === '['
      case TokenType.STRING:
        return keyStates.has(state) || valueStates.has(state)
      default:
        return valueStates.has(state)
    }
  }

  #setKey(key: string): void {
    if (this.#top !== undefined) this.#top.key = key
    this.#state = '{""'
  }

  #begin(value: Container['value'], state: State): void {
    const isList = this.#open.length === 1 && Array.isArray(value) && this.#lists.has(this.#top?.key ?? '')
    if (isList) this.#tell(null, [])
    this.#top = { key: '', value, pieces: isList ? 0 : null }
    this.#open.push(this.#top)
    this.#state = state
  }

  #end(): void {
    const ended = this.#open.pop()
    this.#top = this.#open.at(-1)
    if (ended?.pieces === null) this.#add(ended.value)
    else this.#state = '{"":{}'
  }

  #add(value: unknown): void {
    const top = this.#top
    if (top === undefined) this.#endRoot(value)
    else if (top.pieces !== null) this.#tell(top.pieces++, value)
    else if (Array.isArray(top.value)) top.value.push(value)
    else if (this.#open.length === 1) this.#tell(null, value)
    else setOwn(top.value, top.key, value)
    this.#state = this.#findStateAfterValue()
  }

  #findStateAfterValue(): State {
    if (this.#top === undefined) return '{}'
    return Array.isArray(this.#top.value) ? '[{}' : '{"":{}'
  }

  #endRoot(value: unknown): void {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (!isObject) this.#pieces.push({ key: null, index: null, value })
  }

  #tell(index: number | null, value: unknown): void {
    this.#pieces.push({ key: this.#open[0]?.key ?? '', index, value })
  }
}

/** Like `JSON.parse`, for which `__proto__` is a key like any other. */
function setOwn(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true })
  else record[key] = value
}
