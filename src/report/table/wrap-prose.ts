import { stripVTControlCharacters } from 'node:util'

/**
 * A command in quotes or behind a colon is one piece, and so is an option with its value: users copy them, and a shell would run a
 * command up to a line break. A number stays with its word.
 */
const pieces = /"duo-seats [^"]*"\S*|(?<=: )(?:duo-seats|chmod) .*|--[a-z-]+ [^\s-]\S*|[\d,]+ \S+|\S+/g

/**
 * Breaks the lines of a text between words. A piece that is wider than the line has a line of its own; the terminal breaks it, and a
 * copy of it has no line break. Indented lines stay as they are.
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
  const lines: string[] = []
  for (const piece of line.match(pieces) ?? []) {
    const last = lines.at(-1)
    if (last === undefined || measure(last) + 1 + measure(piece) > width) lines.push(piece)
    else lines[lines.length - 1] = `${last} ${piece}`
  }
  return lines.join('\n')
}
