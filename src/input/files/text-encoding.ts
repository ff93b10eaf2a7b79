import { TextDecoder } from 'node:util'
import { UserError } from '../../errors.ts'

const marks = {
  'utf-8': [0xef, 0xbb, 0xbf],
  'utf-16le': [0xff, 0xfe],
  'utf-16be': [0xfe, 0xff],
}

type Utf = keyof typeof marks

/** Names for `--encoding` that are common in files of spreadsheets. */
export const commonEncodings = ['windows-1252', 'iso-8859-1', 'windows-1250', 'shift_jis', 'gb18030'] as const

/** Returns the usual name of an encoding that TextDecoder supports. Any other name throws a UserError. */
export function parseEncoding(name: string): string {
  try {
    return new TextDecoder(name, { fatal: true }).encoding
  } catch (cause) {
    throw new UserError(
      'usage',
      `"${name}" is not an encoding.`,
      `Examples for --encoding: ${commonEncodings.join(', ')}.`,
      cause,
    )
  }
}

/** Bytes that decide about UTF-16 without a byte order mark. Every reading has them in its first chunk. */
const decidingBytes = 512

/**
 * Finds the encoding by the byte order mark. Without a mark it is the chosen one, UTF-16 if every fifth character is a byte with
 * a zero beside it, and UTF-8 otherwise.
 *
 * @param start the first chunk of a file
 */
export function detectEncoding(start: Uint8Array, chosen: string | null = null): string {
  const names = Object.keys(marks) as Utf[]
  const startsWith = (mark: number[]) => mark.every((byte, index) => start[index] === byte)
  return names.find((name) => startsWith(marks[name])) ?? chosen ?? detectUtf16(start) ?? 'utf-8'
}

function detectUtf16(start: Uint8Array): Utf | null {
  const counts = { 'utf-16le': 0, 'utf-16be': 0 }
  const pairs = Math.floor(Math.min(start.length, decidingBytes) / 2)
  for (let at = 0; at < pairs * 2; at += 2) {
    if (start[at] !== 0 && start[at + 1] === 0) counts['utf-16le'] += 1
    if (start[at] === 0 && start[at + 1] !== 0) counts['utf-16be'] += 1
  }
  const [one, other] = [counts['utf-16le'], counts['utf-16be']]
  if (Math.max(one, other) < Math.max(2, pairs / 5)) return null
  return one > other ? 'utf-16le' : 'utf-16be'
}

/** Two characters of Japanese in a row. In Western text read as Shift_JIS, a letter with an accent stands alone. */
const japanese = /[\u3040-\u30ff\u3400-\u9fff]{2}/

/** Guesses the encoding of bytes that are not UTF-8, piece by piece: Shift_JIS if all fit it and yield Japanese. */
export class EncodingGuess {
  readonly #decoder = new TextDecoder('shift_jis', { fatal: true })
  #fits = true
  #isJapanese = false

  add(bytes: Uint8Array): void {
    if (!this.#fits) return
    try {
      if (japanese.test(this.#decoder.decode(bytes, { stream: true }))) this.#isJapanese = true
    } catch {
      this.#fits = false
    }
  }

  get name(): string {
    return this.#fits && this.#isJapanese ? 'shift_jis' : 'windows-1252'
  }
}
