/** The spaces of JavaScript's `trim` that take more than one byte in UTF-8. */
const wide = '\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff'
const wideSpace = new RegExp(`[${wide}]`)
const everyWideSpace = new RegExp(`[${wide}]`, 'g')
const gapAfterQuote = new RegExp(`"[ \\t${wide}]+`, 'g')
const gapAtStart = new RegExp(`^[ \\t${wide}]+`)

/**
 * Makes non-breaking and other wide spaces behind a quote plain ones, in a text that comes in pieces: csv-parse skips a wide
 * space everywhere but behind the quote that closes a cell, where it takes it for a stray character. Behind a quote inside
 * a cell the space becomes a plain one as well.
 */
export class SpaceNarrower {
  #isBehindQuote = false

  narrow(text: string): string {
    const narrowed = wideSpace.test(text) ? this.#narrowGaps(text) : text
    this.#isBehindQuote = endsBehindQuote(text)
    return narrowed
  }

  #narrowGaps(text: string): string {
    const rest = this.#isBehindQuote ? text.replace(gapAtStart, narrowAll) : text
    return rest.replace(gapAfterQuote, narrowAll)
  }
}

function narrowAll(gap: string): string {
  return gap.replace(everyWideSpace, ' ')
}

function endsBehindQuote(text: string): boolean {
  const at = text.lastIndexOf('"')
  return at !== -1 && text.slice(at + 1).trim() === ''
}
