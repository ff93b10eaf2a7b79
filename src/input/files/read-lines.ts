import { readText } from './decode-text.ts'
import type { InputFile } from './input-file.ts'
import { createLineError } from './malformed-line.ts'

interface TextLine {
  /** From 1. */
  number: number
  text: string
}

const longestLine = 4 * 1024 * 1024

/**
 * Reads lines without their ends, one chunk of the file at a time.
 *
 * @throws UserError for a byte that is not UTF-8, and for a line of more than 4 million characters
 */
export async function* readLines(file: InputFile): AsyncGenerator<TextLine> {
  let rest = ''
  let number = 0
  for await (const text of readText(file)) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      number += 1
      yield { number, text: line }
    }
    if (rest.length > longestLine)
      throw createLineError(
        { label: file.label, line: number + 1 },
        'the line is too long.',
        'Check that it is the right file.',
      )
  }
  if (rest !== '') yield { number: number + 1, text: rest }
}
