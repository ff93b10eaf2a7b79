/** Counts the line ends in a text; `\r\n` is one. */
export function countLineEnds(text: string): number {
  if (!text.includes('\n') && !text.includes('\r')) return 0
  return text.match(/\r\n|\n|\r/g)?.length ?? 0
}

export class LineCounter {
  /** Physical line of the next character, from 1. */
  line = 1
  #endsInReturn = false

  add(text: string): void {
    const isSplitLineEnd = this.#endsInReturn && text.startsWith('\n')
    this.line += countLineEnds(text) - (isSplitLineEnd ? 1 : 0)
    if (text !== '') this.#endsInReturn = text.endsWith('\r')
  }
}
