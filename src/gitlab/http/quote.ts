const mostCharacters = 300

/** Control, format and separator characters, which could steer a terminal. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/** Turns a server's text into one line of at most 300 characters that is safe on a terminal. */
export type Quote = (text: string) => string

/** @param token removed from each text, in upper or lower case: a server may send it back */
export function createQuote(token: string): Quote {
  const secret = new RegExp(token.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'gi')
  return (text) => {
    const line = text.replace(unsafe, ' ').replace(secret, '[token]').trim()
    return line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line
  }
}
