/** Answers of a busy or broken GitLab, and closed connections. */
const faultKinds = ['429', '502', '503', '504', 'internal-error', 'drop', 'drop-after', 'late'] as const

type FaultKind = (typeof faultKinds)[number]

export interface Fault {
  kind: FaultKind
  /** For each request, from 0 to 1. */
  probability: number
}

export class FaultDice {
  readonly #faults: readonly Fault[]
  readonly #random: () => number

  /** @param seed repeats the same draws in each run; null draws at random */
  constructor(faults: readonly Fault[], seed: number | null) {
    this.#faults = faults
    this.#random = seed === null ? Math.random : createRandom(seed)
  }

  draw(): FaultKind | null {
    let rest = this.#random()
    for (const { kind, probability } of this.#faults) {
      if (rest < probability) return kind
      rest -= probability
    }
    return null
  }

  flip(): boolean {
    return this.#random() < 0.5
  }
}

/** The generator mulberry32 by Tommy Ettinger, in the public domain. It returns numbers from 0 to below 1. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Parses kinds with probabilities, `429:0.1,drop:0.02`. Null for another text, or when they add up to more than 1. */
export function parseFaults(text: string): Fault[] | null {
  const faults: Fault[] = []
  for (const part of text.split(',')) {
    const [, name, digits] = /^\s*([\w-]+):(\d*\.?\d+)\s*$/.exec(part) ?? []
    const kind = faultKinds.find((known) => known === name)
    if (kind === undefined) return null
    faults.push({ kind, probability: Number(digits) })
  }
  // Sums of decimal fractions are not exact.
  const total = faults.reduce((sum, { probability }) => sum + probability, 0)
  return total <= 1.000_001 ? faults : null
}
