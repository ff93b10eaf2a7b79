/** A word with its quotes, up to the next space or the end; quotes may be open at the end, a backslash may be the last character. */
const wordPattern = /(?:[^\s'"\\]|\\.?|'[^']*(?:'|$)|"(?:[^"\\]|\\.?)*(?:"|$))+/gs

/** A part of a word, with what it holds in one of three groups: after a backslash, in single quotes, in double quotes. */
const partPattern = /\\(.?)|'([^']*)(?:'|$)|"((?:[^"\\]|\\.?)*)(?:"|$)/gs

/**
 * The words of a command line as bash takes them, without quotes and backslashes. The last word is the one that is being
 * typed: empty when the line ends with a space. Variables and patterns stay as they are: nothing is run or looked up.
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
