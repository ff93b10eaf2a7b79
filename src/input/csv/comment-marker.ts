/**
 * The sign of a comment for csv-parse. A text has no NUL character, so no cell begins with it: csv-parse would take a `#` behind
 * spaces or behind empty quotes for a comment as well.
 */
export const commentSign = '\0#'

/** A `#` that begins a line, unless it is an error of a spreadsheet: a row that is lost would protect no seat. */
const commentStart = /(?<=[\r\n])#(?!(?:N\/[A-Z]|NV|[\p{Lu}\d/_¿]{1,12}[!?])(?:[,;\t|\r\n]|$))/gu

/** The last line, while it may still become such an error. */
const unfinished = /[\r\n](#[^\r\n]{0,15})$/

/** Puts the sign before each `#` that is the first character of a line, in a text that comes in pieces. */
export class CommentMarker {
  #isAtLineStart = true
  #held = ''

  mark(text: string): string {
    const whole = this.#held + text
    const before = this.#isAtLineStart ? '\n' : ''
    const line = unfinished.exec(before + whole)
    const end = line === null ? whole.length : line.index + 1 - before.length
    this.#held = whole.slice(end)
    return this.#markLines(whole.slice(0, end))
  }

  /** Returns the rest of the text. */
  end(): string {
    return this.#markLines(this.#held)
  }

  #markLines(text: string): string {
    if (text === '') return text
    const before = this.#isAtLineStart ? '\n' : ''
    const marked = text.includes('#')
      ? `${before}${text}`.replaceAll(commentStart, commentSign).slice(before.length)
      : text
    this.#isAtLineStart = /[\r\n]$/.test(text)
    return marked
  }
}

/** Removes the sign from a line inside quotes, which is no comment. */
export function removeCommentSigns(cell: string): string {
  return cell.includes('\0') ? cell.replaceAll(commentSign, '#') : cell
}
