/** Text without a space, painted, and the columns of a terminal that it takes. */
export interface Word {
  text: string
  width: number
}

export type Line = Word

export function measureWords(words: readonly Word[]): number {
  return words.reduce((sum, { width }) => sum + width + 1, -1)
}

/** Fills lines of at most `width` columns. A word that is wider has a line of its own. */
export function fillLines(words: readonly Word[], width: number): Line[] {
  const lines: Line[] = []
  for (const word of words) {
    const line = lines.at(-1)
    if (line === undefined || line.width + 1 + word.width > width) lines.push({ ...word })
    else {
      line.text += ` ${word.text}`
      line.width += 1 + word.width
    }
  }
  return lines
}

/** Breaks a line of code behind spaces and commas; all lines but the first are indented further. */
export function breakCode(line: string, width: number): string[] {
  const indent = `${/^ */.exec(line)?.[0]}    `
  const lines: string[] = []
  let rest = line
  while (rest.length > width) {
    const end = Math.max(rest.lastIndexOf(' ', width - 1), rest.lastIndexOf(',', width - 1)) + 1
    const cut = end > indent.length ? end : width
    lines.push(rest.slice(0, cut).trimEnd())
    rest = indent + rest.slice(cut).trimStart()
  }
  return [...lines, rest]
}
