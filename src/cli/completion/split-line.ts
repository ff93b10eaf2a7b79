/** A word with its quotes. At the end of the line a quote may be open, and a backslash may be the last character. */
const wordPattern = /(?:[^\s'"\\]|\\.?|'[^']*(?:'|$)|"(?:[^"\\]|\\.?)*(?:"|$))+/gs

/** A quoted part of a word, with one group each for a backslash, single quotes and double quotes. */
const partPattern = /\\(.?)|'([^']*)(?:'|$)|"((?:[^"\\]|\\.?)*)(?:"|$)/gs

/**
 * Splits a command line into words like bash, and removes quotes and backslashes. The last word is the unfinished one; it is empty
 * if the line ends with a space. Variables, patterns and commands are not expanded.
 */
export function splitLine(line: string): string[] {
  const words = [...line.matchAll(wordPattern)]
  const last = words.at(-1)
  const isOpen = last !== undefined && last.index + last[0].length === line.length
  return [...words.map(([word]) => unquote(word)), ...(isOpen ? [] : [''])]
}

function unquote(word: string): string {
  return word.replace(
    partPattern,
    (_part, escaped?: string, single?: string, double?: string) =>
      escaped ?? single ?? double?.replace(/\\([$`"\\])/g, '$1') ?? '',
  )
}
