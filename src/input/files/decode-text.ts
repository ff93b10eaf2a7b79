import { TextDecoder } from 'node:util'
import type { UserError } from '../../errors.ts'
import type { InputFile } from './input-file.ts'
import { LineCounter } from './line-ends.ts'
import { createLineError } from './malformed-line.ts'
import { refuseOtherKind } from './refuse-other-kind.ts'
import { detectEncoding, EncodingGuess } from './text-encoding.ts'

/** First character of a decoded text, in UTF-8 and UTF-16, if the file has one. */
export const byteOrderMark = '\ufeff'

interface TextReading {
  /** Encoding without a byte order mark; null for UTF-8 or UTF-16. */
  encoding: string | null
  chunkBytes?: number
}

/** The first piece may begin with a byte order mark. A byte that is not text throws a UserError with its line. */
export async function* readText(
  file: InputFile,
  reading: TextReading = { encoding: null },
): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null
  let index = 0
  for await (const bytes of file.readChunks(reading.chunkBytes)) {
    if (index === 0) refuseOtherKind(file.label, bytes)
    decoder ??= openDecoder(detectEncoding(bytes, reading.encoding))
    const text = decode(decoder, bytes)
    if (text === null || text.includes('\0')) throw await findFault(file, index, reading)
    if (text !== '') yield text
    index += 1
  }
  if (decoder !== null && decode(decoder) === null) throw await findFault(file, index, reading)
}

function openDecoder(encoding: string): TextDecoder {
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
}

/** Without bytes, the file ends. Null if they are not in the encoding, or if the file ends inside a character. */
function decode(decoder: TextDecoder, bytes?: Uint8Array): string | null {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true })
  } catch {
    return null
  }
}

/**
 * Creates the error for the first fault. A decoder does not report the position of a fault, so the file is decoded again, and the
 * faulty chunk byte by byte.
 */
async function findFault(file: InputFile, faultyIndex: number, reading: TextReading): Promise<UserError> {
  const counter = new LineCounter()
  const guess = new EncodingGuess()
  let encoding: string | null = null
  let decoder: TextDecoder | null = null
  let index = 0
  for await (const bytes of file.readChunks(reading.chunkBytes)) {
    encoding ??= detectEncoding(bytes, reading.encoding)
    decoder ??= openDecoder(encoding)
    guess.add(bytes)
    for (const piece of index === faultyIndex ? splitBytes(bytes) : [bytes]) {
      const text = decode(decoder, piece)
      if (text === '\0') return createNulError(file, counter.line)
      if (text === null) return createFault(file, encoding, counter.line, guess.name)
      counter.add(text)
    }
    index += 1
  }
  return createFault(file, encoding ?? 'utf-8', counter.line, null)
}

function* splitBytes(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1) yield bytes.subarray(at, at + 1)
}

const saveAsUtf8 = 'Save the file as "CSV UTF-8" and run the command again.'

function createNulError({ label }: InputFile, line: number): UserError {
  return createLineError({ label, line }, 'the text contains a NUL character.', saveAsUtf8)
}

const names: Record<string, string> = { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16', 'utf-16be': 'UTF-16' }

/** @param likely encoding to propose for a file that is not UTF-8; null for one that ends inside a character */
function createFault({ label }: InputFile, encoding: string, line: number, likely: string | null): UserError {
  const hint =
    encoding === 'utf-8' && likely !== null
      ? `Save the file as "CSV UTF-8", or add --encoding ${likely}.`
      : saveAsUtf8
  return createLineError({ label, line }, `this is not ${names[encoding] ?? encoding} text.`, hint)
}
