import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import type { CsvChoices } from '../../src/input/csv/csv-options.ts'
import { type CsvLayout, findLayout } from '../../src/input/csv/find-layout.ts'

const choices: CsvChoices = { delimiter: null, columns: [], header: true }
const bareList: CsvChoices = { ...choices, header: false }

/** Returns the layout, or the sentence of the refusal. */
async function tryFindLayout(pieces: Iterable<string>, options = choices): Promise<CsvLayout | string> {
  return findLayout(pieces, options, 'FILE').catch((error: unknown) => {
    if (error instanceof UserError) return error.message
    throw error
  })
}

describe('findLayout', () => {
  test('findLayout finds delimiter, columns, keys and ignored columns', async () => {
    expect(await tryFindLayout(['\ufeff# team\r\n\r\nTeam;E-Mail;User;;\r\nx;a@x.de;ada;;\r\n'])).toEqual({
      hasBom: true,
      delimiter: ';',
      columns: ['Team', 'E-Mail', 'User'],
      headerLine: 3,
      hasTitles: false,
      ignoredColumns: [{ name: 'Team', holds: 'usernames', reason: null }],
      keyColumns: [
        { index: 2, kind: 'username' },
        { index: 1, kind: 'email' },
      ],
      hasNames: true,
      ignoredNames: [],
    })
  })

  test('findLayout finds the first cell to be the key of a bare list', async () => {
    expect(await tryFindLayout(['ada;x\n'], bareList)).toEqual({
      hasBom: false,
      delimiter: ';',
      columns: null,
      headerLine: null,
      hasTitles: false,
      ignoredColumns: [],
      keyColumns: [{ index: 0, kind: 'username' }],
      hasNames: false,
      ignoredNames: [],
    })
  })

  test.each<[string, string[], string]>([
    ['a header in pieces', ['user', 'name;te', 'am\n', 'ada;x\n'], ';'],
    ['a header without a line end', ['username\tteam'], '\t'],
    ['a sep= line', ['sep=|\n', 'username|a,b,c\n'], '|'],
    ['a sep= line with a byte order mark', ['\ufeffsep=|\r\nusername|a,b,c\r\n'], '|'],
    ['a quoted header of several lines', ['"user\n', 'name";"a', '\n,,,b"\n'], ';'],
    ['comments, blank lines and empty rows before the header', ['# a,b,c\n\n;;\n', '\n\nusername;x\n'], ';'],
    ['a broken second row', ['username;team\na"b;"c\n'], ';'],
  ])('findLayout reads %s', async (_, pieces, delimiter) => {
    expect(await tryFindLayout(pieces)).toMatchObject({ delimiter })
  })

  test.each<[string, string, CsvChoices, string]>([
    ['an empty file', '', choices, 'FILE has no header line: it has no rows.'],
    ['comments alone', '# ada\n\n', choices, 'FILE has no header line: it has no rows.'],
    ['an empty bare list', '\ufeff', bareList, 'FILE is empty.'],
    [
      'a quote in the middle of a cell',
      '\n\n"user"name\n',
      choices,
      'FILE, line 3: a quote (") is in the middle of a cell.',
    ],
    [
      'an unclosed quote',
      'sep=;\n"username\n',
      choices,
      'FILE, line 2: a quote (") is opened in this row and never closed.',
    ],
    ['a malformed sep= line', 'sep="\nusername\n', choices, 'FILE, line 1: """ cannot separate cells.'],
  ])('findLayout refuses %s', async (_, text, options, sentence) => {
    expect(await tryFindLayout([text], options)).toBe(sentence)
  })

  test('findLayout accepts a bare list without rows', async () => {
    expect(await tryFindLayout(['# ada\n'], bareList)).toMatchObject({ columns: null })
  })

  test('findLayout reads a header behind a megabyte of comments', async () => {
    const comments = Array.from({ length: 1_000 }, () => `# ${'-'.repeat(1_000)}\n`)
    expect(await tryFindLayout([...comments, 'username;team\n'])).toMatchObject({ delimiter: ';' })
  })

  test.each([
    ['100 rows below the header', 'username;team\n', 5],
    ['1,000 rows below a header of ids without an id', 'username;user_id\n', 8],
  ])('findLayout reads no piece behind the first %s', async (_, header, pieces) => {
    const read: string[] = []
    function* readPieces(): Generator<string> {
      for (const piece of ['# x\n', header, 'ada;x\n'.repeat(99), 'bob;\n', 'c;x\n', 'd;x\n'.repeat(898)]) {
        read.push(piece)
        yield piece
      }
      for (const piece of ['e;x\n', 'f;x\n', 'g;x\n']) {
        read.push(piece)
        yield piece
      }
    }
    await findLayout(readPieces(), choices, 'FILE')
    expect(read).toHaveLength(pieces)
  })
})

interface Beginning {
  /** A byte order mark, a sep= line, or nothing. */
  preamble: string
  delimiter: string
  columns: string[]
  body: string
}

const lineEnds = fc.constantFrom('\n', '\r\n', '\r')
const names = fc
  .array(fc.constantFrom('a', 'B', 'ä', '😀', '"', ',', ';', '\t', '\n', ' ', '#', '|'), { maxLength: 5 })
  .map((parts) => `x${parts.join('').replace(/"[\s]+/g, '"')}x`)
const emptyRow = 'empty row'
const notes = fc.constantFrom('', '# a;b,"c', '  ', '""', emptyRow)

/** A header of quoted cells, so only its own delimiter can split it. */
const beginnings: fc.Arbitrary<Beginning> = fc
  .record({
    bom: fc.constantFrom('', '\ufeff'),
    isNamed: fc.boolean(),
    delimiter: fc.constantFrom(',', ';', '\t'),
    end: lineEnds,
    above: fc.array(notes, { maxLength: 3 }),
    before: fc.array(names, { maxLength: 3 }),
    behind: fc.array(names, { minLength: 1, maxLength: 3 }),
    below: fc.constantFrom('', 'ada,bob;carol\tdora', 'a"b'),
  })
  .map(({ bom, isNamed, delimiter, end, above, before, behind, below }) => {
    const columns = [...before, 'username', ...behind]
    const header = stringify([columns], { delimiter, quoted: true, record_delimiter: end })
    const lines = above.map((line) => (line === emptyRow ? delimiter.repeat(2) : line))
    return {
      preamble: bom + (isNamed ? `sep=${delimiter}${end}` : ''),
      delimiter,
      columns,
      body: lines.map((line) => line + end).join('') + header + below,
    }
  })

/** Cuts a text between characters, as a decoder does. */
function cut(text: string, places: readonly number[]): string[] {
  const characters = [...text]
  const sorted = places.map((place) => place % (characters.length + 1)).toSorted((a, b) => a - b)
  return [0, ...sorted].map((start, index) => characters.slice(start, sorted[index]).join(''))
}

const places = fc.array(fc.nat(), { maxLength: 6 })

test('findLayout finds any header below any preamble, however the text is cut', async () => {
  await fc.assert(
    fc.asyncProperty(beginnings, places, async ({ preamble, delimiter, columns, body }, at) => {
      const [first = '', ...rest] = cut(body, at)
      expect(await tryFindLayout([preamble + first, ...rest])).toMatchObject({
        hasBom: preamble.startsWith('\ufeff'),
        delimiter,
        columns: columns.map((column) => column.trim()),
        keyColumns: [{ index: columns.indexOf('username'), kind: 'username' }],
      })
    }),
    { numRuns: 300 },
  )
})

test('findLayout returns the same layout or refusal for any text, however it is cut', async () => {
  const parts = ['username', 'email', 'x', '"', ',', ';', '\t', '\n', '\r\n', '\r', ' ', '\u00a0', '#', "'"]
  const texts = fc.array(fc.constantFrom(...parts), { maxLength: 25 }).map((chosen) => chosen.join(''))
  const options = fc.constantFrom(
    choices,
    bareList,
    { ...choices, delimiter: ';' },
    { ...choices, columns: ['x'] },
    { ...choices, columns: ['x', 'email'] },
  )
  await fc.assert(
    fc.asyncProperty(texts, places, options, async (text, at, chosen) => {
      expect(await tryFindLayout(cut(text, at), chosen)).toEqual(await tryFindLayout([text], chosen))
    }),
    { numRuns: 500 },
  )
})
