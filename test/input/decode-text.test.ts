import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readText } from '../../src/input/files/decode-text.ts'
import { openInputFile } from '../../src/input/files/input-file.ts'
import { detectEncoding } from '../../src/input/files/text-encoding.ts'
import { encodeUtf16, makeDirectory, writeInput } from './read-csv.ts'

const directory = makeDirectory()

describe('detectEncoding', () => {
  test.each([
    ['utf-8', [0xef, 0xbb, 0xbf, 0x61]],
    ['utf-16le', [0xff, 0xfe, 0x61, 0x00]],
    ['utf-16be', [0xfe, 0xff, 0x00, 0x61]],
    ['utf-8', [0x61]],
    ['utf-8', [0xff]],
    ['utf-8', []],
  ])('returns %s for the bytes %j', (encoding, bytes) => {
    expect(detectEncoding(Uint8Array.from(bytes))).toBe(encoding)
  })
})

const texts = fc
  .array(fc.constantFrom('a', 'ä', '€', '😀', '\n', '\r\n', '"', '\ufeff'), { minLength: 1, maxLength: 40 })
  .map((parts) => `a${parts.join('')}`)

const encodings: fc.Arbitrary<[hasBom: boolean, encode: (text: string) => Buffer]> = fc.constantFrom(
  [false, (text) => Buffer.from(text)],
  [true, (text) => Buffer.from(`\ufeff${text}`)],
  [true, (text) => encodeUtf16(text, 'little')],
  [true, (text) => encodeUtf16(text, 'big')],
)

async function readPieces(path: string, chunkBytes: number): Promise<string[]> {
  const file = await openInputFile(path, new AbortController().signal)
  const pieces: string[] = []
  for await (const piece of readText(file, { chunkBytes })) pieces.push(piece)
  await file.close()
  return pieces
}

test('readText returns the same text in any encoding and any chunks', async () => {
  const chunkSizes = fc.integer({ min: 4, max: 60 })
  await fc.assert(
    fc.asyncProperty(texts, encodings, chunkSizes, async (text, [hasBom, encode], chunkBytes) => {
      const pieces = await readPieces(writeInput(directory, encode(text)), chunkBytes)
      expect(pieces.join('')).toBe(hasBom ? `\ufeff${text}` : text)
    }),
  )
})
