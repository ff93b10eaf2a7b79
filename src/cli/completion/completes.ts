import type { Argument, Option } from 'commander'

export type WordSource =
  | 'users'
  | 'holders'
  | 'runs'
  | 'files'
  /** `KIND=FILE`. */
  | 'reports'
  /** Common encodings of files, without any claim to be all. */
  | 'encodings'
  | 'help'

const sources = new WeakMap<Argument | Option, WordSource>()

/** Declares the words that complete an argument or option. Without a source its choices do; without choices it is free text. */
export function completes<Declared extends Argument | Option>(
  declared: Declared,
  source: WordSource,
): Declared {
  sources.set(declared, source)
  return declared
}

export function findSource(declared: Argument | Option): WordSource | null {
  return sources.get(declared) ?? null
}
