export type Redact = (text: string) => string

/** A match of a short piece would be a coincidence. */
const fewestCharacters = 8

/** Includes all characters that a reader does not see, and line breaks. Classes such as \p{Cf} would take 100 ms to compile. */
const notOfToken = String.raw`[^\x21-\x7e]*`

/**
 * Replaces a token by `[token]`: in upper or lower case, with characters that are encoded for a URL, for HTML or for JSON, in hex or
 * Base64, and split by characters that no token has. A server may send a token back in any form.
 */
export function createRedactor(token: string): Redact {
  const bytes = Buffer.from(token)
  const forms = [
    [...token].map(composeCharacter),
    ...[bytes.toString('hex'), ...listBase64(bytes)]
      .filter((form) => form.length >= fewestCharacters)
      .map((form) => [...form].map(composeBase64)),
  ]
  const secret = new RegExp(forms.map((form) => form.join(notOfToken)).join('|'), 'giu')
  return (text) => text.replace(secret, '[token]')
}

/** `g`, `%67`, `%2567`, `\u0067`, `&#103;` or `&#x67;`. */
function composeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16).padStart(2, '0')
  return String.raw`(?:\x${hex}|%(?:25)*${hex}|\\u00${hex}|&\x230*${code};|&\x23x0*${hex};)`
}

/** The text and its variant for URLs. */
function composeBase64(character: string): string {
  if (character === '+') return String.raw`[+\-]`
  return character === '/' ? '[/_]' : character
}

/** Inside a longer text, a token begins at any of three positions. The first and last letters contain bits of its neighbours. */
function listBase64(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const [start, end] = [Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)]
    return encoded.slice(start, end)
  })
}
