import { isUtf8 } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { explain } from '../../src/input/snapshot/describe-json-fault.ts'
import { JsonFault, JsonPieces, type Piece } from '../../src/input/snapshot/json-pieces.ts'

const lists = new Set(['users', 'seats'])

/** @param size of the chunks, in bytes */
function readPieces(bytes: Uint8Array, size = bytes.length + 1): Piece[] {
  const pieces = new JsonPieces(lists)
  const read: Piece[] = []
  for (let start = 0; start < bytes.length; start += size)
    read.push(...pieces.write(bytes.subarray(start, start + size)))
  return [...read, ...pieces.end()]
}

function join(pieces: readonly Piece[]): unknown {
  const document: Record<string, unknown> = {}
  for (const { key, index, value } of pieces) {
    if (key === null) return value
    if (index === null) Object.defineProperty(document, key, { value, enumerable: true, configurable: true })
    else (document[key] as unknown[])[index] = value
  }
  return document
}

function parse(bytes: Buffer): { value?: unknown; error?: Error } {
  try {
    if (!isUtf8(bytes)) throw new Error('not UTF-8')
    return { value: JSON.parse(bytes.toString()) as unknown }
  } catch (error) {
    return { error: error as Error }
  }
}

function read(bytes: Buffer, size: number): { value?: unknown; error?: JsonFault } {
  try {
    return { value: join(readPieces(bytes, size)) }
  } catch (error) {
    if (error instanceof JsonFault) return { error }
    throw error
  }
}

const documents = fc
  .json({ maxDepth: 4 })
  .chain((json) => fc.constantFrom(json, `{"users":[${json},1],"seats":[],"x":${json},"__proto__":${json}}`))

const inserted = fc.constantFrom(
  ...['', '"', ',', '{', '}', '[', ']', ':', '1', '-', '0', '.', 'e', '\\', '\u0001', 'é', '\u{1f98a}', ' '],
  ...['\n', 'tru', 'null', '//', '\\ud800', '\\u00e9'],
)

const changes = fc.array(fc.record({ at: fc.nat(10_000), leftOut: fc.nat(2), text: inserted }), {
  maxLength: 2,
})

/** A text that is nearly JSON, with at most one byte of any value. */
const texts = fc
  .record({ document: documents, list: changes, byte: fc.option(fc.nat(255), { freq: 4 }) })
  .map(({ document, list, byte }) => {
    let text = document
    for (const { at, leftOut, text: put } of list) {
      const start = at % (text.length + 1)
      text = text.slice(0, start) + put + text.slice(start + leftOut)
    }
    const bytes = Buffer.from(text)
    if (byte !== null && bytes.length > 0) bytes[(byte * 31) % bytes.length] = byte
    return bytes
  })

describe('the pieces of a JSON document', () => {
  test('the pieces of a JSON document are the members, and the elements of long lists', () => {
    const text = '{"schema": 1, "users": [{"id": 7}, null], "seats": {"a": [1]}, "users": []}'
    expect(readPieces(Buffer.from(text))).toEqual([
      { key: 'schema', index: null, value: 1 },
      { key: 'users', index: null, value: [] },
      { key: 'users', index: 0, value: { id: 7 } },
      { key: 'users', index: 1, value: null },
      { key: 'seats', index: null, value: { a: [1] } },
      { key: 'users', index: null, value: [] },
    ])
  })

  test('the pieces of a JSON document are the document itself if it is not an object', () => {
    expect(readPieces(Buffer.from(' [1, {"users": []}]'))).toEqual([
      { key: null, index: null, value: [1, { users: [] }] },
    ])
    expect(readPieces(Buffer.from('12'))).toEqual([{ key: null, index: null, value: 12 }])
  })

  test('the pieces of a JSON document end where a comma is missing between two elements, however many follow', () => {
    const pieces = new JsonPieces(lists)
    expect(pieces.write(Buffer.from('{"users": [{"id": 1},\n{"id": 2}\n')).at(-1)?.value).toEqual({ id: 1 })
    expect(() => pieces.write(Buffer.from('{"id": 3}\n'))).toThrow(JsonFault)
  })

  test('the pieces of a JSON document come from the texts that JSON.parse accepts, with the same values, in chunks of any size', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 30 }), (bytes, size) => {
        const [expected, actual] = [parse(bytes), read(bytes, size)]
        expect(actual.error === undefined).toBe(expected.error === undefined)
        expect(JSON.stringify(actual.value)).toBe(JSON.stringify(expected.value))
      }),
      { numRuns: 2000 },
    )
  })

  test('the pieces of a JSON document end at the position that JSON.parse reports', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 30 }), (bytes, size) => {
        const position = /at position (\d+)/.exec(parse(bytes).error?.message ?? '')?.[1]
        fc.pre(position !== undefined)
        const fault = read(bytes, size).error
        if (fault === undefined) throw new Error('No fault.')
        const { at } = explain(fault, bytes.subarray(fault.start, fault.end + 3).toString())
        expect(fault.start + at).toBe(Buffer.byteLength(bytes.toString().slice(0, Number(position))))
      }),
      { numRuns: 2000 },
    )
  })
})
