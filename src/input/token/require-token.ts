import { UserError } from '../../errors.ts'

/**
 * A line break would end the HTTP header that carries the token.
 *
 * @param where names the source at the start of a message
 * @throws UserError if the token is missing or malformed; the message never contains it
 */
export function requireToken(text: string, where: string): string {
  const token = text.trim()
  if (token === '') throw createTokenError(`${where} is empty: it must contain a GitLab token.`)
  if (/^(["']).*\1$/s.test(token))
    throw createTokenError(
      `${where} has quotes around the token.`,
      'Delete the quotes: docker --env-file keeps them.',
    )
  if (/^(export\s+)?[A-Za-z_]\w*=/.test(token))
    throw createTokenError(
      `${where} has the name of a variable before the token.`,
      'Delete the name and the equals sign.',
    )
  if (/^[\x21-\x7e]{1,4000}$/.test(token)) return token
  throw createTokenError(`${where} does not contain a token: it has spaces, line breaks or other characters.`)
}

export function createTokenError(
  sentence: string,
  hint = 'A token is one word, such as glpat-….',
): UserError {
  return new UserError('usage', sentence, hint)
}
