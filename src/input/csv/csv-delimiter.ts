import { UserError } from '../../errors.ts'

/** Delimiters that are tried on the first row; on a tie the first one wins. */
export const commonDelimiters = [',', ';', '\t'] as const

const names: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab' }

/** Returns a name for messages: `a comma`, `"|"`. */
export function describeDelimiter(delimiter: string): string {
  const name = names[delimiter]
  return name === undefined ? `"${delimiter}"` : `a ${name}`
}

/** Whether the text is one character without another meaning in a CSV. */
export function isDelimiter(text: string): boolean {
  return [...text].length === 1 && !/["#\r\n\0]/.test(text)
}

/** Takes one character, `tab` or `\t`. Any other value throws a UserError. */
export function parseDelimiter(option: string): string {
  const delimiter = /^(tab|\\t)$/i.test(option) ? '\t' : option
  if (isDelimiter(delimiter)) return delimiter
  throw new UserError(
    'usage',
    `"${option}" is not a delimiter.`,
    'Give --delimiter one character, such as --delimiter ";", or the word tab. A quote or # cannot be a delimiter.',
  )
}
