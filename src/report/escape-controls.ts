import { controls, escapeControls } from '../domain/escape-controls.ts'

// The page shows texts in the same way.
export { escapeControls, showCodePoint } from '../domain/escape-controls.ts'

const plain = /^[\x20-\x7e]*$/

/** Keeps line feeds. */
export function escapeControlLines(text: string): string {
  return plain.test(text) ? text : text.split('\n').map(escapeControls).join('\n')
}

/** A value as JSON in one line, with every control character as `\uXXXX`: a parser returns the same value. */
export function toSafeJson(value: unknown): string {
  const json = JSON.stringify(value)
  return plain.test(json) ? json : json.replace(controls, escapeCodeUnits)
}

function escapeCodeUnits(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
