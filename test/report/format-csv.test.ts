import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadCsvFormatter } from '../../src/report/formats/format-csv.ts'
import { makeDirectory, readAllRows, withSource, writeInput } from '../input/read-csv.ts'

const directory = makeDirectory()

const delimiters = [',', ';', '\t', '|']

async function format(rows: string[][], delimiter = ','): Promise<string> {
  const formatCsv = await loadCsvFormatter(delimiter)
  return formatCsv(rows)
}

test.each([
  ['A;=1+1;', `"A;'=1+1;"`],
  ['A|@x', `"A|'@x"`],
  ['A,-1', `"A,'-1"`],
  ['A;"=1+1"', `"A;""'=1+1"""`],
  ['one\n+1', `"one\n'+1"`],
  ['Lovelace; Ada', '"Lovelace; Ada"'],
  ['a|b', '"a|b"'],
  ['=A;=1', `"'=A;'=1"`],
  ['a = b', 'a = b'],
  [' =1+1', "' =1+1"],
  ['x; =1+1', `"x;' =1+1"`],
])('the cell %j is written as %s', async (cell, written) => {
  expect(await format([[cell]])).toBe(`${written}\n`)
})

test('an object is JSON without formulas, and reads back unchanged', async () => {
  const formatCsv = await loadCsvFormatter(',')
  const value = { minus: -1, texts: ['=1', '@x', 'a;=1', 'b| +1', 'c=d', ' =2'] }
  const written = formatCsv([[value]])
  expect(written).toBe(
    `"{""minus"":-1,""texts"":[""=1"",""\\u0040x"",""a;\\u003d1"",""b| \\u002b1"",""c=d"","" \\u003d2""]}"\n`,
  )
  expect(JSON.parse(written.trim().slice(1, -1).replaceAll('""', '"'))).toEqual(value)
})

const parts = fc.constantFrom('a', 'ä', ',', ';', '|', '"', '\n', '=', '+', '-', '@', '\uff1d', ' ', '#', '.')

/** Cells as reports have them: spaces around them are dropped when they are read. */
const cells = fc.array(parts, { maxLength: 10 }).map((characters) => characters.join('').trim())

const indentedCells = fc.tuple(fc.constantFrom('', ' ', '  '), cells).map(([spaces, cell]) => spaces + cell)

function makeTables(cell: fc.Arbitrary<string>): fc.Arbitrary<string[][]> {
  return fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 })
}

/** The cells that a spreadsheet sees if it divides at another delimiter and ignores quotes. */
function divide(text: string, delimiter: string): string[] {
  return text.split('\n').flatMap((line) => line.split(delimiter))
}

/** A cell of ours that begins with a quote begins with three: it is text. */
function isFormula(cell: string): boolean {
  return !cell.startsWith('"""') && /^"* *[=+\-@\uff1d]/.test(cell)
}

test('no cell is a formula, wherever a spreadsheet divides the lines', async () => {
  await fc.assert(
    fc.asyncProperty(makeTables(indentedCells), fc.constantFrom(...delimiters), async (table, delimiter) => {
      const text = await format(table, delimiter)
      for (const other of delimiters) expect(divide(text, other).filter(isFormula)).toEqual([])
    }),
    { numRuns: 2000 },
  )
})

test('cells read back unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(makeTables(cells), fc.constantFrom(...delimiters), async (table, delimiter) => {
      const header = ['username', 'name', 'team']
      const path = writeInput(directory, await format([header, ...table], delimiter))
      const rows = await withSource(path, { delimiter }, readAllRows)
      const filled = table.filter((row) => row.some((cell) => cell !== ''))
      expect(rows.map((row) => row.cells)).toEqual(filled.map((row) => row.map(keepAsRead)))
    }),
    { numRuns: 300 },
  )
})

/** A report drops leading line breaks, and spaces behind them. */
function keepAsRead(cell: string): string {
  return cell.trim()
}
