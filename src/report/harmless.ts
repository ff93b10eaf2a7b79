/**
 * Control, format and separator characters: escapes that steer a terminal, marks that turn the direction of writing, line
 * separators, characters nobody sees. The zero-width joiners stay, since Persian names and emoji are spelled with them.
 */
const harmful = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

const plain = /^[\x20-\x7e]*$/

/**
 * Text from outside for people: every harmful character is shown as `\u{1b}`, its code point in hexadecimal. This is for
 * reading and cannot be undone: a text that held `\u{1b}` in the first place looks the same.
 */
export function harmless(text: string): string {
  return plain.test(text) ? text : text.replace(harmful, showCodePoint)
}

/** As {@link harmless}, for a text of several lines: its line feeds stay. */
export function harmlessLines(text: string): string {
  return text.split('\n').map(harmless).join('\n')
}

/**
 * A value as JSON in one line, with the harmful characters that JSON would let through escaped as `\uXXXX`, so that
 * whoever parses it gets the very same value.
 */
export function toHarmlessJson(value: unknown): string {
  const json = JSON.stringify(value)
  return plain.test(json) ? json : json.replace(harmful, escapeCodeUnits)
}

function showCodePoint(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`
}

function escapeCodeUnits(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
