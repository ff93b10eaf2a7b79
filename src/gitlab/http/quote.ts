const mostCharacters = 300

/** Control, format and separator characters, which could steer a terminal. */
const harmful = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/** Makes texts of a server fit to be shown. */
export type Quote = (text: string) => string

/**
 * @param token is cut out wherever a server sends it back, in capitals or not
 * @returns what makes a text one harmless line of at most 300 characters
 */
export function createQuote(token: string): Quote {
  const secret = new RegExp(token.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'gi')
  return (text) => {
    const line = text.replace(harmful, ' ').replace(secret, '[token]').trim()
    return line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line
  }
}
