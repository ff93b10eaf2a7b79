import { UserError } from '../../errors.ts'

/** The place of a fault: the input as people call it, and a physical line from 1. */
export interface Place {
  label: string
  line: number
}

/**
 * An input that is refused as a whole because of one line.
 *
 * @param problem what is wrong with the line, as the end of a sentence, with a full stop
 */
export function createLineError(
  { label, line }: Place,
  problem: string,
  hint: string,
  cause?: unknown,
): UserError {
  return new UserError('usage', `${label}, line ${line}: ${problem}`, hint, cause)
}

const longestQuotation = 60

/** A piece of the input inside a sentence: in quotes and short. */
export function quoteText(text: string): string {
  return text.length > longestQuotation ? `"${text.slice(0, longestQuotation)}…"` : `"${text}"`
}
