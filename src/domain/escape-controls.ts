/** Control, format and separator characters. The zero-width joiners stay: Persian names and emoji need them. */
export const controls = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

const plain = /^[\x20-\x7e]*$/

/** Shows every control character as `\u{1b}`, its code point in hexadecimal. The escape is for people and not reversible. */
export function escapeControls(text: string): string {
  return plain.test(text) ? text : text.replace(controls, showCodePoint)
}

export function showCodePoint(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`
}
