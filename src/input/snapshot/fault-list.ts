import { countWords, formatCount } from '../../domain/count-words.ts'

const listedFaults = 20
const shownCharacters = 60

/** Keys and indexes from the root of a document to a value. */
export type Path = readonly (string | number)[]

/** The faults of a document. It counts all of them and keeps the text of the first 20, so that it stays small. */
export class FaultList {
  readonly #lines: string[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  /** `expected` is a phrase such as `an object`; `got` is undefined if the value is missing. */
  add(path: Path, expected: string, got: unknown): void {
    this.#count += 1
    if (this.#count > listedFaults) return
    this.#lines.push(`  ${formatPlace(path)}: expected ${expected}, got ${formatValue(got)}`)
  }

  /** Adds the faults of the next part of the document. */
  addAll(part: FaultList): void {
    this.#count += part.#count
    this.#lines.push(...part.#lines.slice(0, listedFaults - this.#lines.length))
  }

  /** Returns `3 faults.`, a line for each of the first 20, and the number of further ones. */
  describe(): string {
    const more = this.#count - this.#lines.length
    return [
      `${countWords(this.#count, 'fault')}.`,
      ...this.#lines,
      ...(more > 0 ? [`  and ${formatCount(more)} more`] : []),
    ].join('\n')
  }
}

/** Formats a path like JavaScript, `users[17].state`; other keys are quoted. */
function formatPlace(path: Path): string {
  return path.map(formatStep).join('').replace(/^\./, '') || 'the document'
}

/** Formats the place of a key in any element of a list: `users[].nickname`. */
export function formatKeyPlace(record: string, key: string): string {
  return `${record}${formatStep(key)}`.replace(/^\./, '')
}

function formatStep(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`
  return /^[\w$-]{1,60}$/.test(step) ? `.${step}` : `[${formatValue(step)}]`
}

/** Formats a value as JSON of about 60 characters. Inner arrays and objects become `…`, because they may be of any depth. */
function formatValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string' && value.length > shownCharacters)
    return `${escapeInvisible(JSON.stringify(value.slice(0, shownCharacters)))}…`
  const json = JSON.stringify(value, (_key, inner) => (inner !== value && isContainer(inner) ? '…' : inner))
  return escapeInvisible(json.length > shownCharacters + 2 ? `${json.slice(0, shownCharacters)}…` : json)
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** Escapes the control characters that JSON leaves as they are, and the format characters that reverse text. */
export function escapeInvisible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character.split('').map(escapeUnit).join(''),
  )
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
