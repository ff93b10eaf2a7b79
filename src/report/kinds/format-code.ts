import { showCodePoint } from '../escape-controls.ts'
import { toPlainText } from './to-plain-text.ts'

/** Words of letters and digits, each with at most one comma, colon or period behind it. */
const plainWords = /^(?:[a-z0-9]+[.,:]?(?: |$))+$/i

/**
 * Outside text as a code span: GitLab finds no mention, link or markup in it. A backquote would end the span, and a pipe the cell
 * of a table, so both are shown as their code points.
 */
export function formatCode(text: string): string {
  return `\`${toPlainText(text).replace(/[`|]/g, showCodePoint)}\``
}

/** A sentence that may contain outside text: plain words stay as they are. */
export function formatSentence(text: string): string {
  return plainWords.test(text) ? text : formatCode(text)
}
