import { constants } from 'node:buffer'
import type { InputFile } from '../files/input-file.ts'
import { escapeInvisible } from './fault-list.ts'
import type { JsonFault } from './json-pieces.ts'
import { readWithoutMark } from './read-without-mark.ts'

/** The byte of a fault may be the first of a character. */
const restOfCharacter = 3

/**
 * Reads the file once more, as a fault is rare.
 *
 * @returns a phrase such as `is not JSON: line 3, column 7: Unexpected token 'x'`
 */
export async function describeJsonFault(file: InputFile, fault: JsonFault): Promise<string> {
  const { isUtf8, isBlank, before, around } = await readAround(file, fault)
  if (!isUtf8) return 'is not UTF-8'
  if (isBlank) return 'is empty'
  if (around.length > constants.MAX_STRING_LENGTH) return 'has a value of more than 512 MiB'
  const { problem, at } = explain(fault, around.toString())
  before.add(around.subarray(0, at))
  return escapeInvisible(`is not JSON: line ${before.line}, column ${before.column}: ${problem}`)
}

interface Reading {
  isUtf8: boolean
  isBlank: boolean
  before: PlaceCounter
  /** The bytes in which the fault is. */
  around: Buffer
}

async function readAround(file: InputFile, { start, end }: JsonFault): Promise<Reading> {
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
        Buffer.from(
          chunk.subarray(Math.max(0, start - position), Math.max(0, end + restOfCharacter - position)),
        ),
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
  /** Bytes from the start of the text to the fault. */
  at: number
}

/** @param text begins and ends with the bytes of the fault */
export function explain({ prefix }: Pick<JsonFault, 'prefix'>, text: string): Explanation {
  const whole = prefix + text
  const message = findMessage(whole) ?? 'The text is cut off'
  const position = findPosition(message) ?? findFirstFault(whole)
  return {
    problem: describeProblem(message, whole, position),
    at: Buffer.byteLength(whole.slice(prefix.length, position)),
  }
}

/** V8 names a missing colon behind the first key of an object only. It quotes the text around a token, and half of an emoji. */
function describeProblem(message: string, text: string, position: number): string {
  if (message.startsWith('Unexpected ') && isBeginning(`${text.slice(0, position)}:`))
    return "Expected ':' after property name"
  if (message.startsWith('Unexpected token '))
    return `Unexpected token '${String.fromCodePoint(text.codePointAt(position) ?? 0)}'`
  return message.replace(positions, '')
}

/** The message of `JSON.parse`; null for valid JSON. */
function findMessage(text: string): string | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** At the end of a message; a quoted text stands before the end. */
const positions = /(?: in JSON)? at position (\d+)(?: \(line \d+ column \d+\))?$/

/** V8 does not report the position of an unexpected token. */
function findPosition(message: string): number | null {
  const position = positions.exec(message)?.[1]
  return position === undefined ? null : Number(position)
}

/** The longest beginning that could go on as JSON, by bisection. */
function findFirstFault(text: string): number {
  let [good, bad] = [0, text.length + 1]
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (isBeginning(text.slice(0, middle))) good = middle
    else bad = middle
  }
  return good
}

function isBeginning(text: string): boolean {
  const message = findMessage(text)
  return (
    message === null || message === 'Unexpected end of JSON input' || findPosition(message) === text.length
  )
}
