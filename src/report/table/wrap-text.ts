import { numberBefore } from '../number-before.ts'
import type { TextWidth } from './text-width.ts'

/** Each with the spaces before it. */
const pieces = new RegExp(` *${numberBefore}[^ ]+`, 'g')
const words = / *[^ ]+/g

/** Lines of at most `width` columns, broken between words if possible. A number leaves its word if only the word fits. */
export function wrapText(text: string, width: number, measure: TextWidth): string[] {
  if (measure(text) <= width) return [text]
  const fits = (piece: string) => measure(piece.trimStart()) <= width
  const split = (piece: string) => {
    const apart = piece.match(words) ?? []
    return !fits(piece) && apart.every(fits) ? apart : [piece]
  }
  const lines = ['']
  for (const piece of text.match(pieces)?.flatMap(split) ?? []) {
    const line = `${lines.at(-1)}${piece}`
    if (measure(line) <= width) lines[lines.length - 1] = line
    else lines.push(...cutWord(piece.trimStart(), width, measure))
  }
  return lines.filter((line) => line !== '')
}

/** Never cuts within a character that is made of several code points. */
function cutWord(word: string, width: number, measure: TextWidth): string[] {
  if (measure(word) <= width) return [word]
  const pieces: string[] = []
  let piece = ''
  let columns = 0
  for (const { segment } of new Intl.Segmenter().segment(word)) {
    const added = measure(segment)
    if (piece !== '' && columns + added > width) {
      pieces.push(piece)
      piece = ''
      columns = 0
    }
    piece += segment
    columns += added
  }
  return [...pieces, piece]
}

/** Ends with an ellipsis if it is longer than `width` columns. */
export function shortenText(text: string, width: number, measure: TextWidth): string {
  if (measure(text) <= width) return text
  const [start = ''] = cutWord(text, Math.max(1, width - 1), measure)
  return `${start.trimEnd()}…`
}
