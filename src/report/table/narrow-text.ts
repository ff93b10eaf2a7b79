const narrow = /^[\x20-\x7e\u00c0-\u024f–…✓✗]*$/

/** Whether every character of a text is surely one column wide: Latin letters and the marks of the tables are. */
export function isNarrow(text: string): boolean {
  return narrow.test(text)
}

/** Breaks a narrow text into lines of at most `width` columns, between words where it can. */
export function wrapNarrowText(text: string, width: number): string[] {
  if (text.length <= width) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((whole) => cutWord(whole, width))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length > width) lines.push(line)
    line = longer.length > width ? word : longer
  }
  return [...lines, line]
}

function cutWord(word: string, width: number): string[] {
  if (word.length <= width) return [word]
  return Array.from({ length: Math.ceil(word.length / width) }, (_, index) =>
    word.slice(index * width, (index + 1) * width),
  )
}
