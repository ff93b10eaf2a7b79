/**
 * The sign of a comment for csv-parse. A text has no NUL character, so no cell begins with it: csv-parse would take a `#` behind
 * spaces or behind empty quotes for a comment as well.
 */
export const commentSign = '\0#'

/** Puts the sign before each `#` that is the first character of a line, in a text that comes in pieces. */
export class CommentMarker {
  #isAtLineStart = true

  mark(text: string): string {
    if (text === '') return text
    const marked = text.includes('#') ? this.#markLines(text) : text
    this.#isAtLineStart = /[\r\n]$/.test(text)
    return marked
  }

  #markLines(text: string): string {
    const rest = text.replaceAll(/(?<=[\r\n])#/g, commentSign)
    return this.#isAtLineStart && rest.startsWith('#') ? `\0${rest}` : rest
  }
}

/** Removes the sign from a line inside quotes, which is no comment. */
export function removeCommentSigns(cell: string): string {
  return cell.includes('\0') ? cell.replaceAll(commentSign, '#') : cell
}
