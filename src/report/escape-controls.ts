/** Control, format and separator characters. The zero-width joiners stay: Persian names and emoji need them. */
const controls = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

const plain = /^[\x20-\x7e]*$/

/** Shows every control character as `\u{1b}`, its code point in hexadecimal. The escape is for people and not reversible. */
export function escapeControls(text: string): string {
  return plain.test(text) ? text : text.replace(controls, showCodePoint)
}

/** Keeps line feeds. */
export function escapeControlLines(text: string): string {
  return text.split('\n').map(escapeControls).join('\n')
}

/** A value as JSON in one line, with every control character as `\uXXXX`: a parser returns the same value. */
export function toSafeJson(value: unknown): string {
  const json = JSON.stringify(value)
  return plain.test(json) ? json : json.replace(controls, escapeCodeUnits)
}

export function showCodePoint(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`
}

function escapeCodeUnits(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
