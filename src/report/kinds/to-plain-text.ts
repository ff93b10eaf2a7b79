import { escapeUnprintable } from '../escape-xml.ts'

/** A cell of a list may be as long as the list. */
const longestText = 1_000

/** Outside text in one line, without any character that XML 1.0 forbids, cut after 1,000 code units. */
export function toPlainText(text: string): string {
  const cut =
    text.length > longestText ? `${text.slice(0, longestText).replace(/[\ud800-\udbff]$/, '')}…` : text
  return escapeUnprintable(cut)
}
