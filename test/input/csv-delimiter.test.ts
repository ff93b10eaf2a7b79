import { describe, expect, test } from 'vitest'
import type { CsvOptions } from '../../src/input/csv/csv-options.ts'
import { makeDirectory, readRefusal, readShort, withSource, writeInput } from './read-csv.ts'

const directory = makeDirectory()

describe('delimiters', () => {
  test.each<[string, string, Partial<CsvOptions>, string]>([
    ['a comma where the header has one column', 'username\n', {}, ','],
    ['the one that makes most columns', 'name;Last, First;username\n', {}, ';'],
    ['a comma on a tie', 'user,a;b\n', {}, ','],
    ['the one that makes a key column', 'username;Name, Vorname\n', {}, ';'],
    ['the one that makes a key column, of however many', 'username;Strasse, Nr, Ort\n', {}, ';'],
    ['among those that make one, the one that makes most columns', 'email,x;username;y\n', {}, ';'],
    ['the one that makes the column of --column', 'Konto;Name, Vorname, email\n', { column: 'konto' }, ';'],
    ['the one that makes a row of delimiters empty', ';;\nusername\n', {}, ';'],
    ['quotes tell delimiters from text', '"a,b,c,d";username\n', {}, ';'],
    ['sep= in any case and in quotes', '"SEP=|"\nusername|name\n', {}, '|'],
    ['sep= with a tab', 'sep=\t\nusername\n', {}, '\t'],
    ['--delimiter wins over sep=', 'sep=;\nusername|a;b;c\n', { delimiter: '|' }, '|'],
    ['--delimiter tab', 'username,x\ty\n', { delimiter: 'tab', column: 'username,x' }, '\t'],
    ['--delimiter \\t', 'username\ty,z,a\n', { delimiter: '\\t' }, '\t'],
    [
      'comments longer than a chunk stand before the header',
      `#${' '.repeat(70_000)}\nusername;name\n`,
      {},
      ';',
    ],
  ])('%s', async (_, content, options, delimiter) => {
    const path = writeInput(directory, content)
    expect(await withSource(path, options, async (source) => source.delimiter)).toBe(delimiter)
  })

  test('without a header the first row tells', async () => {
    const path = writeInput(directory, '# list\nada;Doe, Ada;7\n')
    expect(await readShort(path, { header: false })).toEqual([[2, 'ada', { username: 'ada' }]])
  })

  test.each([';;', '', '"', '#', '\n'])('--delimiter %j is refused', async (delimiter) => {
    expect(await readRefusal('never-opened.csv', { delimiter })).toEqual([
      'usage',
      `"${delimiter}" is not a delimiter.`,
      'Give --delimiter one character, such as --delimiter ";", or the word tab. A quote or # cannot be a delimiter.',
    ])
  })
})
