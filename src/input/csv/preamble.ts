import { byteOrderMark } from '../files/decode-text.ts'

export interface Preamble {
  hasBom: boolean
  /** From a line such as `sep=;`; null without one. Not checked. */
  delimiter: string | null
  /** Characters before the first row. */
  length: number
  /** Physical line of the character behind it. */
  nextLine: number
}

/** Excel writes this line to name the delimiter. */
const separatorLine = /^"?sep=([^\r\n])"?[ \t]*(?:\r\n|\n|\r|$)/iu

/** @param text the beginning of a file, with the whole first line */
export function findPreamble(text: string): Preamble {
  const hasBom = text.startsWith(byteOrderMark)
  const markLength = hasBom ? byteOrderMark.length : 0
  const [line = '', delimiter = null] = separatorLine.exec(text.slice(markLength)) ?? []
  return { hasBom, delimiter, length: markLength + line.length, nextLine: delimiter === null ? 1 : 2 }
}
