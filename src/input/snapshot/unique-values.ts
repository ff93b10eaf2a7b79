import type { FaultList } from './fault-list.ts'

export class UniqueValues<Value> {
  readonly #faults: FaultList
  readonly #path: readonly [list: string, key?: string]
  readonly #firstIndexes = new Map<Value, number>()

  /** @param path the list, and the key of its elements; without a key the whole element must be unique */
  constructor(faults: FaultList, ...path: [list: string, key?: string]) {
    this.#faults = faults
    this.#path = path
  }

  /** Adds a fault if an earlier element has the value. `got` is the value as the document contains it. */
  claim(value: Value, index: number, got: unknown = value): void {
    const first = this.#firstIndexes.get(value)
    if (first === undefined) this.#firstIndexes.set(value, index)
    else this.#refuse(index, first, got)
  }

  has(value: Value): boolean {
    return this.#firstIndexes.has(value)
  }

  /** The index of the first element with the value. */
  indexOf(value: Value): number | undefined {
    return this.#firstIndexes.get(value)
  }

  /** Without repeats, in the order of the elements. */
  list(): Value[] {
    return [...this.#firstIndexes.keys()]
  }

  #refuse(index: number, first: number, got: unknown): void {
    const [list, key] = this.#path
    const expected = `a value different from ${list}[${first}]`
    if (key === undefined) this.#faults.add([list, index], expected, got)
    else this.#faults.add([list, index, key], `${expected}.${key}`, got)
  }
}
