import type { FaultList } from './fault-list.ts'

/** Values of a list that may occur once only. */
export class UniqueValues<Value> {
  readonly #faults: FaultList
  readonly #path: readonly [list: string, key?: string]
  readonly #firstIndexes = new Map<Value, number>()

  /** @param path the list, and the key of its elements unless the element as a whole is meant */
  constructor(faults: FaultList, ...path: [list: string, key?: string]) {
    this.#faults = faults
    this.#path = path
  }

  /**
   * Notes a fault when an earlier element has the value.
   *
   * @param got what stands in the document, if that is not the value itself
   */
  claim(value: Value, index: number, got: unknown = value): void {
    const first = this.#firstIndexes.get(value)
    if (first === undefined) this.#firstIndexes.set(value, index)
    else this.#refuse(index, first, got)
  }

  has(value: Value): boolean {
    return this.#firstIndexes.has(value)
  }

  #refuse(index: number, first: number, got: unknown): void {
    const [list, key] = this.#path
    if (key === undefined) this.#faults.add([list, index], `something else than ${list}[${first}]`, got)
    else this.#faults.add([list, index, key], `another ${key} than ${list}[${first}] has`, got)
  }
}
