import { TextDecoder } from 'node:util'
import type { UserError } from '../../errors.ts'
import type { InputFile } from './input-file.ts'
import { LineCounter } from './line-ends.ts'
import { createLineError } from './malformed-line.ts'

/** First character of a decoded text, in UTF-8 and UTF-16, if the file has one. */
export const byteOrderMark = '\ufeff'

const encodings = {
  'utf-8': { name: 'UTF-8', mark: [0xef, 0xbb, 0xbf] },
  'utf-16le': { name: 'UTF-16', mark: [0xff, 0xfe] },
  'utf-16be': { name: 'UTF-16', mark: [0xfe, 0xff] },
}

export type Encoding = keyof typeof encodings

/** Finds the encoding by the byte order mark; without one it is UTF-8. */
export function detectEncoding(start: Uint8Array): Encoding {
  const names = Object.keys(encodings) as Encoding[]
  const startsWith = (mark: number[]) => mark.every((byte, index) => start[index] === byte)
  return names.find((name) => startsWith(encodings[name].mark)) ?? 'utf-8'
}

/** The first piece may begin with a byte order mark. A byte that is not text throws a UserError with its line. */
export async function* readText(file: InputFile, chunkBytes?: number): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null
  let index = 0
  for await (const bytes of file.readChunks(chunkBytes)) {
    decoder ??= openDecoder(detectEncoding(bytes))
    const text = decode(decoder, bytes)
    if (text === null || text.includes('\0')) throw await findFault(file, index, chunkBytes)
    if (text !== '') yield text
    index += 1
  }
  if (decoder !== null && decode(decoder) === null) throw await findFault(file, index, chunkBytes)
}

function openDecoder(encoding: Encoding): TextDecoder {
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
async function findFault(file: InputFile, faultyIndex: number, chunkBytes?: number): Promise<UserError> {
  const counter = new LineCounter()
  let encoding: Encoding | null = null
  let decoder: TextDecoder | null = null
  let index = 0
  for await (const bytes of file.readChunks(chunkBytes)) {
    encoding ??= detectEncoding(bytes)
    decoder ??= openDecoder(encoding)
    for (const piece of index === faultyIndex ? splitBytes(bytes) : [bytes]) {
      const text = decode(decoder, piece)
      if (text === null || text === '\0') return createFault(file, encoding, counter.line, text)
      counter.add(text)
    }
    index += 1
  }
  return createFault(file, encoding ?? 'utf-8', counter.line, null)
}

function* splitBytes(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1) yield bytes.subarray(at, at + 1)
}

function createFault({ label }: InputFile, encoding: Encoding, line: number, text: string | null): UserError {
  const problem =
    text === null ? `this is not ${encodings[encoding].name} text.` : 'the text contains a NUL character.'
  return createLineError({ label, line }, problem, 'Save the file as "CSV UTF-8" and run the command again.')
}
