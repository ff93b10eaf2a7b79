import { UserError } from '../../errors.ts'

/** Delimiters that are looked for in a header; on a tie the first of them wins. */
export const commonDelimiters = [',', ';', '\t'] as const

const names: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab' }

/** The delimiter for people: `a comma`, `"|"`. */
export function describeDelimiter(delimiter: string): string {
  const name = names[delimiter]
  return name === undefined ? `"${delimiter}"` : `a ${name}`
}

/** Whether cells can be told apart by this text: one character that means nothing else in a CSV. */
export function isDelimiter(text: string): boolean {
  return [...text].length === 1 && !/["#\r\n\0]/.test(text)
}

/**
 * The delimiter that the option `--delimiter` names: one character, `tab` or `\t`.
 *
 * @throws UserError where it is something else
 */
export function parseDelimiter(option: string): string {
  const delimiter = /^(tab|\\t)$/i.test(option) ? '\t' : option
  if (isDelimiter(delimiter)) return delimiter
  throw new UserError(
    'usage',
    `"${option}" is no delimiter.`,
    'Give --delimiter one character, such as --delimiter ";", or the word tab. Quotes and # cannot be one.',
  )
}
