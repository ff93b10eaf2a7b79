import type { RowValue } from '../report-document.ts'
import type { EvidenceLine } from './evidence-lines.ts'

export interface EvidenceProblem {
  /** From 1; null for a row that the file lacks. */
  line: number | null
  message: string
}

/** The rows of the store that the lines of one type are about, in the order of the file. */
export class StoredRows<Row> {
  readonly #type: string
  readonly #rows: Iterator<Row>
  readonly #describe: (row: Row) => { id: number; line: EvidenceLine }
  #next: { id: number; line: EvidenceLine } | null = null

  constructor(type: string, rows: Iterable<Row>, describe: (row: Row) => { id: number; line: EvidenceLine }) {
    this.#type = type
    this.#rows = rows[Symbol.iterator]()
    this.#describe = describe
    this.#advance()
  }

  /** @param id of the row that the line is about */
  *compare(number: number, line: EvidenceLine, id: number): Iterable<EvidenceProblem> {
    yield* this.#listMissing(id)
    if (this.#next?.id !== id) {
      yield { line: number, message: `The store does not have ${this.#type} ${id}.` }
      return
    }
    yield* listDifferences(number, line, this.#next.line)
    this.#advance()
  }

  /** The rows that no line was about. */
  finish(): Iterable<EvidenceProblem> {
    return this.#listMissing(Number.POSITIVE_INFINITY)
  }

  *#listMissing(until: number): Iterable<EvidenceProblem> {
    for (; this.#next !== null && this.#next.id < until; this.#advance())
      yield { line: null, message: `The file lacks ${this.#type} ${this.#next.id} of the store.` }
  }

  close(): void {
    this.#rows.return?.()
  }

  #advance(): void {
    const { done, value } = this.#rows.next()
    this.#next = done ? null : this.#describe(value)
  }
}

/** They change later: a user is renamed, and an answer of GitLab ends a run. */
const mutable = ['previous', 'username', 'finished_at', 'needed', 'removals']

export function* listDifferences(
  line: number,
  written: EvidenceLine,
  stored: EvidenceLine,
  owner: 'store' | 'head' | 'file' = 'store',
): Iterable<EvidenceProblem> {
  const different = Object.keys({ ...written, ...stored }).filter(
    (key) => !mutable.includes(key) && toText(written[key]) !== toText(stored[key]),
  )
  if (different.length > 0)
    yield { line, message: `${owners[owner]} has another value for: ${different.join(', ')}.` }
}

const owners = { store: 'The store', head: 'A first line', file: 'The file' }

function toText(value: RowValue | undefined): string {
  return JSON.stringify(value ?? null)
}
