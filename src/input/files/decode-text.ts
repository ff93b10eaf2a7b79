import { TextDecoder } from 'node:util'
import type { UserError } from '../../errors.ts'
import type { InputFile } from './input-file.ts'
import { LineCounter } from './line-ends.ts'
import { createLineError } from './malformed-line.ts'

/** How the characters of a file are written as bytes. */
export interface TextEncoding {
  name: string
  decoder: 'utf-8' | 'utf-16le' | 'utf-16be'
  hasBom: boolean
}

const utf8: TextEncoding = { name: 'UTF-8', decoder: 'utf-8', hasBom: false }

const byteOrderMarks: { bytes: number[]; encoding: TextEncoding }[] = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: { ...utf8, hasBom: true } },
  { bytes: [0xff, 0xfe], encoding: { name: 'UTF-16', decoder: 'utf-16le', hasBom: true } },
  { bytes: [0xfe, 0xff], encoding: { name: 'UTF-16', decoder: 'utf-16be', hasBom: true } },
]

const longestMark = 3

/** The encoding that a byte order mark tells; UTF-8 without one. */
function detectEncoding(start: Uint8Array): TextEncoding {
  const mark = byteOrderMarks.find(({ bytes }) => bytes.every((byte, index) => start[index] === byte))
  return mark?.encoding ?? utf8
}

/** @throws UserError where the file cannot be read */
export async function readEncoding(file: InputFile): Promise<TextEncoding> {
  for await (const bytes of file.readChunks(longestMark)) return detectEncoding(bytes)
  return utf8
}

/**
 * The text of a file in pieces, without its byte order mark.
 *
 * @param chunkBytes how much to read at once, where the beginning of the file is enough
 * @throws UserError where the bytes are no text, with the line
 */
export async function* readText(
  file: InputFile,
  encoding: TextEncoding,
  chunkBytes?: number,
): AsyncGenerator<string> {
  const decoder = openDecoder(encoding)
  let index = 0
  for await (const bytes of file.readChunks(chunkBytes)) {
    const text = decode(decoder, bytes)
    if (text === null || text.includes('\0')) throw await findFault(file, encoding, index, chunkBytes)
    if (text !== '') yield text
    index += 1
  }
  if (decode(decoder) === null) throw await findFault(file, encoding, index, chunkBytes)
}

function openDecoder({ decoder }: TextEncoding): TextDecoder {
  return new TextDecoder(decoder, { fatal: true })
}

/** Null where the bytes are not in the encoding; without bytes, whether a character is left unfinished. */
function decode(decoder: TextDecoder, bytes?: Uint8Array): string | null {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true })
  } catch {
    return null
  }
}

/**
 * The error for the first fault, which lies in the chunk with this index. A decoder tells that a chunk is faulty and not
 * where, so the file is decoded once more, that chunk byte by byte.
 */
async function findFault(
  file: InputFile,
  encoding: TextEncoding,
  faultyIndex: number,
  chunkBytes?: number,
): Promise<UserError> {
  const decoder = openDecoder(encoding)
  const counter = new LineCounter()
  let index = 0
  for await (const bytes of file.readChunks(chunkBytes)) {
    const pieces = index === faultyIndex ? splitBytes(bytes) : [bytes]
    for (const piece of pieces) {
      const text = decode(decoder, piece)
      if (text === null || text === '\0') return createFault(file, encoding, counter.line, text)
      counter.add(text)
    }
    index += 1
  }
  return createFault(file, encoding, counter.line, null)
}

function* splitBytes(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1) yield bytes.subarray(at, at + 1)
}

function createFault(
  { label }: InputFile,
  { name }: TextEncoding,
  line: number,
  text: string | null,
): UserError {
  const problem =
    text === null ? `this is not ${name} text.` : 'there is a NUL character, so this is no text.'
  return createLineError({ label, line }, problem, 'Save the file as "CSV UTF-8" and run the command again.')
}
