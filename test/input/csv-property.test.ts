import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CsvRow } from '../../src/input/csv/row-tokenizer.ts'
import { makeDirectory, readAllRows, readRefusal, withSource, writeInput } from './read-csv.ts'

const directory = makeDirectory()

const characters = [
  'a',
  'B',
  'ä',
  '😀',
  '"',
  ',',
  ';',
  '\t',
  '\n',
  '\r',
  '\r\n',
  ' ',
  '\u00a0',
  '#',
  "'",
  '=',
  '@',
]

/** Cells that reading does not change: no spaces around them, no guard of a formula, no spaces behind a quote. */
const cells = fc
  .array(fc.constantFrom(...characters), { maxLength: 6 })
  .map((parts) => leaveOutChanged(parts.join('')))

/** Again and again: what is left out may bring a quote and spaces together. */
function leaveOutChanged(cell: string): string {
  const rest = cell
    .replace(/"\s+/g, '"')
    .replace(/([,;\n]"*)'+/g, '$1')
    .replace(/^[\s']+/, '')
    .trimEnd()
  return rest === cell ? cell : leaveOutChanged(rest)
}

const rows = fc.array(cells, { minLength: 1, maxLength: 3 })
const linesBetween = fc.constantFrom('', '  ', '# a "comment, of; sorts')
const tables = fc.array(fc.oneof({ weight: 4, arbitrary: rows }, { weight: 1, arbitrary: linesBetween }), {
  maxLength: 12,
})

interface Layout {
  delimiter: string
  lineEnd: string
  areAllQuoted: boolean
  endsWithLineEnd: boolean
  /** Length of a first line, which moves the end of the first chunk to any place in the rows. */
  firstLineBytes: number
}

const layouts: fc.Arbitrary<Layout> = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  areAllQuoted: fc.boolean(),
  endsWithLineEnd: fc.boolean(),
  firstLineBytes: fc.oneof(fc.constant(1), fc.integer({ min: 65_400, max: 65_530 })),
})

function writeRow(row: string[], { delimiter, lineEnd, areAllQuoted }: Layout): string {
  const options = { delimiter, record_delimiter: lineEnd, quoted: areAllQuoted, quoted_match: /[#\r\n"]/ }
  return stringify([row], options).slice(0, -lineEnd.length)
}

/** A cell that no writer quotes: a quote does not begin it, and nothing in it needs quotes. */
const bareCells = fc
  .array(fc.constantFrom('a', 'ä', '"', '""', "'", '=', ' ', '#', '@'), { minLength: 1, maxLength: 6 })
  .map((parts) => `x${parts.join('').replace(/"\s+/g, '"').trimEnd()}`)

test('a CSV source reads quotes inside a cell that does not begin with one as they are', async () => {
  const bareTables = fc.array(fc.array(bareCells, { minLength: 3, maxLength: 3 }), {
    minLength: 1,
    maxLength: 8,
  })
  await fc.assert(
    fc.asyncProperty(layouts, bareTables, async ({ delimiter, lineEnd, endsWithLineEnd }, table) => {
      const lines = [['username', 'name', 'team'], ...table].map((row) => row.join(delimiter))
      const text = lines.join(lineEnd) + (endsWithLineEnd ? lineEnd : '')
      expect(await withSource(writeInput(directory, text), { delimiter }, readAllRows)).toEqual(
        table.map((cells, index) => ({ line: index + 2, cells })),
      )
    }),
    { numRuns: 200 },
  )
})

test('a CSV source refuses text behind a closing quote, wherever a row has it', async () => {
  const behind = fc.constantFrom('x', ' x', '  x"', 'x"', ' "x"', '\u00a0x')
  await fc.assert(
    fc.asyncProperty(layouts, bareCells, behind, fc.nat({ max: 2 }), async (layout, cell, text, at) => {
      const { delimiter, lineEnd } = layout
      const broken = [cell, cell, cell].with(at, `"y"${text}`).join(delimiter)
      const lines = [
        ['username', 'name', 'team'].join(delimiter),
        [cell, cell, cell].join(delimiter),
        broken,
        '',
      ]
      const refusal = await readRefusal(writeInput(directory, lines.join(lineEnd)), { delimiter })
      expect(refusal.slice(0, 2)).toEqual(['usage', 'FILE, line 3: a quote (") is in the middle of a cell.'])
    }),
    { numRuns: 200 },
  )
})

/** Returns the text of a table, and its rows as they must be read. */
function writeTable(table: (string[] | string)[], layout: Layout): { text: string; expected: CsvRow[] } {
  const lines = ['#'.repeat(layout.firstLineBytes), writeRow(['username', 'name', 'team'], layout)]
  const expected: CsvRow[] = []
  let line = lines.length + 1
  for (const row of table) {
    const written = typeof row === 'string' ? row : writeRow(row, layout)
    lines.push(written)
    if (typeof row !== 'string' && row.some((cell) => cell !== ''))
      expected.push({ line, cells: [...row, '', ''].slice(0, 3) })
    line += written.split(/\r\n|\r|\n/).length
  }
  return { text: lines.join(layout.lineEnd) + (layout.endsWithLineEnd ? layout.lineEnd : ''), expected }
}

test('a CSV source reads the same cells and lines from a table in any layout', async () => {
  await fc.assert(
    fc.asyncProperty(layouts, tables, async (layout, table) => {
      const { text, expected } = writeTable(table, layout)
      const path = writeInput(directory, text)
      expect(await withSource(path, { delimiter: layout.delimiter }, readAllRows)).toEqual(expected)
    }),
    { numRuns: 300 },
  )
})
