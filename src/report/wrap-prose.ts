import { stripVTControlCharacters } from 'node:util'
import { numberBefore } from './number-before.ts'

/** Behind the last colon of a line. A sentence ends with a mark, and perhaps with a bracket or the end of a colour. */
const command = String.raw`(?<=: )[a-z](?:"[^"]*"|(?!: )[^"])*$(?<![.!?]\W?(?:\[\d+m)?)`
const time = String.raw`\(?\d{4}-\d\d-\d\d \d\d:\d\d[^ ]* (?:UTC|[-+]\d)[^ ]*`
const signBefore = String.raw`(?:[-+=!?] (?=\d))?`
const optionBefore = '(?:--[a-z-]+ (?!-))?'
const word = '(?:"[^"]*"|[^ ])+'

/** Each with the spaces before it. A shell would run a copied command up to a line break. */
const pieces = new RegExp(` *(?:${command}|${time}|${signBefore}${numberBefore}${optionBefore}${word})`, 'g')

/**
 * Breaks the lines of a text between words. Indented lines stay as they are. A piece that is wider than the line has a line of its
 * own. The terminal breaks it, and a copy of it has no line break.
 *
 * @param width in columns; null: no limit
 */
export function wrapProse(text: string, width: number | null): string {
  if (width === null || text.length <= width) return text
  return text
    .split('\n')
    .map((line) => (measure(line) <= width || line.startsWith(' ') ? line : wrapLine(line, width)))
    .join('\n')
}

/** Colours take no room. */
function measure(text: string): number {
  return stripVTControlCharacters(text).length
}

function wrapLine(line: string, width: number): string {
  const lines = ['']
  for (const piece of line.match(pieces) ?? []) {
    const longer = `${lines.at(-1)}${piece}`
    if (measure(longer) <= width) lines[lines.length - 1] = longer
    else lines.push(piece.trimStart())
  }
  return lines.filter((line) => line !== '').join('\n')
}
