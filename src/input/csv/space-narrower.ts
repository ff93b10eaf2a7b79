/** The spaces of `String.prototype.trim` that take more than one byte in UTF-8. */
const wide = '\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff'
const wideSpace = new RegExp(`[${wide}]`)
const everyWideSpace = new RegExp(`[${wide}]`, 'g')
const gapAfterQuote = new RegExp(`"[ \\t${wide}]+`, 'g')
const gapAtStart = new RegExp(`^[ \\t${wide}]+`)

/**
 * Replaces wide spaces behind a quote with plain ones, in a text that comes in pieces. csv-parse trims a wide space everywhere
 * except behind a closing quote, where it reports a stray character. A wide space behind a quote inside a cell changes as well.
 */
export class SpaceNarrower {
  #isBehindQuote = false

  narrow(text: string): string {
    if (!this.#isBehindQuote && !text.includes('"')) return text
    const narrowed = wideSpace.test(text) ? this.#narrowGaps(text) : text
    this.#isBehindQuote = this.#endsBehindQuote(text)
    return narrowed
  }

  #narrowGaps(text: string): string {
    const rest = this.#isBehindQuote ? text.replace(gapAtStart, narrowAll) : text
    return rest.replace(gapAfterQuote, narrowAll)
  }

  #endsBehindQuote(text: string): boolean {
    const at = text.lastIndexOf('"')
    return (at !== -1 || this.#isBehindQuote) && text.slice(at + 1).trim() === ''
  }
}

function narrowAll(gap: string): string {
  return gap.replace(everyWideSpace, ' ')
}
