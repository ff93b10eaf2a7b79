import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readText } from '../../src/input/files/decode-text.ts'
import { openInputFile } from '../../src/input/files/input-file.ts'
import { commonEncodings, detectEncoding, parseEncoding } from '../../src/input/files/text-encoding.ts'
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
    ['utf-16le', [...Buffer.from('username\n', 'utf16le')]],
    ['utf-16be', [...Buffer.from('username\n', 'utf16le').swap16()]],
    ['utf-16le', [...Buffer.from('ユーザー名,メール\r\nada,x\r\n', 'utf16le')]],
    ['utf-8', [...Buffer.from('username\nb\0b\n')]],
    ['utf-8', [...Buffer.from('b\0b\n')]],
  ])('detectEncoding returns %s for the bytes %j', (encoding, bytes) => {
    expect(detectEncoding(Uint8Array.from(bytes))).toBe(encoding)
  })
})

describe('detectEncoding with a chosen encoding', () => {
  test.each([
    ['windows-1252', [0x61]],
    ['windows-1252', [0x61, 0x00, 0x62, 0x00]],
    ['utf-8', [0xef, 0xbb, 0xbf, 0x61]],
    ['utf-16le', [0xff, 0xfe, 0x61, 0x00]],
  ])(
    'detectEncoding with a chosen encoding returns %s for the bytes %j, because a byte order mark has precedence',
    (encoding, bytes) => {
      expect(detectEncoding(Uint8Array.from(bytes), 'windows-1252')).toBe(encoding)
    },
  )
})

describe('parseEncoding', () => {
  test.each(commonEncodings)('parseEncoding accepts %s', (name) => {
    expect(new TextDecoder(parseEncoding(name)).encoding).toBe(new TextDecoder(name).encoding)
  })

  test.each([
    ['Latin1', 'windows-1252'],
    ['UTF8', 'utf-8'],
    ['UTF-16LE', 'utf-16le'],
    ['sjis', 'shift_jis'],
    ['euc-jp', 'euc-jp'],
    ['macintosh', 'macintosh'],
    ['koi8-r', 'koi8-r'],
    ['big5', 'big5'],
  ])('parseEncoding accepts %s as %s', (name, encoding) => {
    expect(parseEncoding(name)).toBe(encoding)
  })

  test.each(['', 'windows', 'utf-7', 'x-user-defined', 'constructor'])('parseEncoding refuses %j', (name) => {
    expect(() => parseEncoding(name)).toThrow(
      expect.objectContaining({
        exit: 'usage',
        message: `"${name}" is not an encoding.`,
        hint: 'Examples for --encoding: windows-1252, iso-8859-1, windows-1250, shift_jis, gb18030.',
      }),
    )
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
  for await (const piece of readText(file, { encoding: null, chunkBytes })) pieces.push(piece)
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
