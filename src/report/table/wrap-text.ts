import type { TextWidth } from './text-width.ts'

/** Spaces between words, but not behind a number: `12 no_seats_available` stays together. */
const gaps = /(?<!(?<![^ ])[\d,]+) /

/** Lines of at most `width` columns, broken between words if possible. */
export function wrapText(text: string, width: number, measure: TextWidth): string[] {
  if (measure(text) <= width) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(gaps).flatMap((whole) => cutWord(whole, width, measure))) {
    const longer = line === '' ? word : `${line} ${word}`
    const isTooLong = measure(longer) > width
    if (isTooLong && line !== '') lines.push(line)
    line = isTooLong ? word : longer
  }
  return [...lines, line]
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
