const listedFaults = 20
const shownCharacters = 60

/** Keys and indexes that lead to a value inside a document. */
export type Path = readonly (string | number)[]

/** What is wrong with a document. It counts every fault and keeps the words of the first 20, so that it stays small. */
export class FaultList {
  readonly #lines: string[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  /**
   * @param path where in the document
   * @param expected what should stand there, in words
   * @param got what stands there; undefined where nothing does
   */
  add(path: Path, expected: string, got: unknown): void {
    this.#count += 1
    if (this.#count > listedFaults) return
    this.#lines.push(`  ${formatPlace(path)}: expected ${expected}, got ${formatValue(got)}`)
  }

  /** `3 faults.`, then a line for each of the first 20, then how many more there are. */
  describe(): string {
    const more = this.#count - this.#lines.length
    return [
      `${this.#count} ${this.#count === 1 ? 'fault' : 'faults'}.`,
      ...this.#lines,
      ...(more > 0 ? [`  and ${more} more`] : []),
    ].join('\n')
  }
}

/** A place as JavaScript would write it, `users[17].state`; a key of another form is quoted. */
function formatPlace(path: Path): string {
  return path.map(formatStep).join('').replace(/^\./, '') || 'the document'
}

/** The place of a key wherever it stands in a list: `users[].nickname`. */
export function formatKeyPlace(record: string, key: string): string {
  return `${record}${formatStep(key)}`.replace(/^\./, '')
}

function formatStep(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`
  return /^[\w$-]{1,60}$/.test(step) ? `.${step}` : `[${formatValue(step)}]`
}

/** A value as JSON, at most about 60 characters of it. Inner arrays and objects are left out: they may be of any depth. */
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

/** JSON escapes only the first 32 control characters; the others, and those that turn text around, can mislead as well. */
export function escapeInvisible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character.split('').map(escapeUnit).join(''),
  )
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
