import { UserError } from '../../errors.ts'

export interface Place {
  label: string
  /** Physical line, from 1. */
  line: number
}

/** Refuses a whole input. `problem` is the second half of the sentence, in lower case, with a full stop. */
export function createLineError(
  { label, line }: Place,
  problem: string,
  hint: string,
  cause?: unknown,
): UserError {
  return new UserError('usage', `${label}, line ${line}: ${problem}`, hint, cause)
}

const longestQuotation = 60

/** Puts text from the input in quotes, cut to 60 characters. */
export function quoteText(text: string): string {
  return text.length > longestQuotation ? `"${text.slice(0, longestQuotation)}…"` : `"${text}"`
}
