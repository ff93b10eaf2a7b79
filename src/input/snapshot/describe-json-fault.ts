import type { InputFile } from '../files/input-file.ts'
import { escapeInvisible } from './fault-list.ts'
import type { JsonFault } from './json-pieces.ts'
import { readWithoutMark } from './read-without-mark.ts'

/** Enough of the text behind a fault for the message of `JSON.parse`. */
const bytesBehind = 64

/**
 * Reads the file once more, as a fault is rare.
 *
 * @returns a phrase such as `is not JSON: line 3, column 7: Unexpected token 'x'`
 */
export async function describeJsonFault(file: InputFile, fault: JsonFault): Promise<string> {
  const { isUtf8, isBlank, before, around } = await readAround(file, fault)
  if (!isUtf8) return 'is not UTF-8'
  if (isBlank) return 'is empty'
  const { problem, at } = explain(fault, around)
  before.add(around.subarray(0, at))
  return escapeInvisible(`is not JSON: line ${before.line}, column ${before.column}: ${problem}`)
}

interface Reading {
  isUtf8: boolean
  isBlank: boolean
  before: PlaceCounter
  /** The bytes from the restart on. */
  around: Buffer
}

async function readAround(file: InputFile, { start, at }: JsonFault): Promise<Reading> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const reading: Reading = {
    isUtf8: true,
    isBlank: true,
    before: new PlaceCounter(),
    around: Buffer.alloc(0),
  }
  const parts: Buffer[] = []
  let position = 0
  try {
    for await (const chunk of readWithoutMark(file)) {
      if (decoder.decode(chunk, { stream: true }).trim() !== '') reading.isBlank = false
      reading.before.add(chunk.subarray(0, Math.max(0, start - position)))
      parts.push(
        Buffer.from(chunk.subarray(Math.max(0, start - position), Math.max(0, at + bytesBehind - position))),
      )
      position += chunk.length
    }
    decoder.decode()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    reading.isUtf8 = false
  }
  return { ...reading, around: Buffer.concat(parts) }
}

const lineFeed = 0x0a

/** The place of the next byte. A column is a UTF-16 unit, from 1. */
class PlaceCounter {
  line = 1
  column = 1

  add(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const isFirstOfCharacter = byte < 0x80 || byte >= 0xc0
      if (byte === lineFeed) {
        this.line += 1
        this.column = 1
      } else if (isFirstOfCharacter) this.column += byte >= 0xf0 ? 2 : 1
    }
  }
}

interface Explanation {
  problem: string
  /** Bytes from the restart to the fault. */
  at: number
}

/** V8 reports the position of some faults, and quotes the text around the others. */
export function explain({ prefix, start, at }: JsonFault, around: Buffer): Explanation {
  const text = around.toString()
  const message = findMessage(prefix + text)
  const position = /at position (\d+)/.exec(message)?.[1]
  const problem = message
    .replace(/( in JSON)? at position.*/s, '')
    .replace(/^(Unexpected token .{1,4}?), .*/su, '$1')
  if (position === undefined) return { problem, at: at - start }
  return { problem, at: Buffer.byteLength(text.slice(0, Number(position) - prefix.length)) }
}

function findMessage(text: string): string {
  try {
    JSON.parse(text)
    return 'The text is cut off'
  } catch (error) {
    return (error as Error).message
  }
}
