/** What can go wrong on purpose: GitLab's own answers when it is busy or broken, and a connection that ends. */
export const faultKinds = ['429', '502', '503', '504', 'drop', 'drop-after'] as const

export type FaultKind = (typeof faultKinds)[number]

export interface Fault {
  kind: FaultKind
  /** Of one request, from 0 to 1. */
  probability: number
}

/**
 * Draws for each request what goes wrong with it.
 *
 * @param seed makes the draws the same each time, in the order in which requests come in; null: no two runs are alike
 */
export class FaultDice {
  readonly #faults: readonly Fault[]
  readonly #random: () => number

  constructor(faults: readonly Fault[], seed: number | null) {
    this.#faults = faults
    this.#random = seed === null ? Math.random : createRandom(seed)
  }

  /** One throw for each request, whatever comes out. */
  draw(): FaultKind | null {
    let rest = this.#random()
    for (const { kind, probability } of this.#faults) {
      if (rest < probability) return kind
      rest -= probability
    }
    return null
  }

  /** True in half of the cases. */
  flip(): boolean {
    return this.#random() < 0.5
  }
}

/** Numbers from 0 to below 1: the generator mulberry32 by Tommy Ettinger, which is in the public domain. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * @param text `429:0.1,drop:0.02`: kinds with their probabilities
 * @returns null where it is something else, or where the probabilities are more than 1 together
 */
export function parseFaults(text: string): Fault[] | null {
  const faults: Fault[] = []
  for (const part of text.split(',')) {
    const [, name, digits] = /^\s*([\w-]+):(\d*\.?\d+)\s*$/.exec(part) ?? []
    const kind = faultKinds.find((known) => known === name)
    if (kind === undefined) return null
    faults.push({ kind, probability: Number(digits) })
  }
  // A little more than 1, since decimal fractions are not exact.
  const total = faults.reduce((sum, { probability }) => sum + probability, 0)
  return total <= 1.000_001 ? faults : null
}
