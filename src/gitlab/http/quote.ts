import { createRedactor } from '../../domain/redact-token.ts'

const mostCharacters = 300

/** Control, format and separator characters, which could steer a terminal. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/** Turns a server's text into one line of at most 300 characters that is safe on a terminal. */
export type Quote = (text: string) => string

/** @param token removed from each text: a server may send it back */
export function createQuote(token: string): Quote {
  const redact = createRedactor(token)
  return (text) => {
    const line = redact(text).replace(unsafe, ' ').trim()
    return line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line
  }
}
