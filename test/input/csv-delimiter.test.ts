import { describe, expect, test } from 'vitest'
import type { CsvOptions } from '../../src/input/csv/csv-options.ts'
import { makeDirectory, readRefusal, readShort, withSource, writeInput } from './read-csv.ts'

const directory = makeDirectory()

describe('the delimiter of a file', () => {
  test.each<[string, string, Partial<CsvOptions>, string]>([
    ['a comma for a header of one column', 'username\n', {}, ','],
    ['the one with most columns', 'name;Last, First;username\n', {}, ';'],
    ['a comma on a tie', 'user,a;b\n', {}, ','],
    ['the one that yields a key column', 'username;Name, Vorname\n', {}, ';'],
    ['the one that yields a key column, even with fewer columns', 'username;Strasse, Nr, Ort\n', {}, ';'],
    ['the one with most columns among those that yield a key column', 'email,x;username;y\n', {}, ';'],
    [
      'the one that yields the column of --column',
      'Konto;Name, Vorname, email\n',
      { columns: ['konto'] },
      ';',
    ],
    ['the one that leaves a row of delimiters empty', ';;\nusername\n', {}, ';'],
    ['the one outside quotes', '"a,b,c,d";username\n', {}, ';'],
    ['the one of sep=, in any case and in quotes', '"SEP=|"\nusername|name\n', {}, '|'],
    ['a tab after sep=', 'sep=\t\nusername\n', {}, '\t'],
    ['--delimiter before sep=', 'sep=;\nusername|a;b;c\n', { delimiter: '|' }, '|'],
    ['--delimiter tab', 'username,x\ty\n', { delimiter: 'tab', columns: ['username,x'] }, '\t'],
    ['--delimiter \\t', 'username\ty,z,a\n', { delimiter: '\\t' }, '\t'],
    ['the one of a header behind long comments', `#${' '.repeat(70_000)}\nusername;name\n`, {}, ';'],
  ])('the CSV reader finds the delimiter: %s', async (_, content, options, delimiter) => {
    const path = writeInput(directory, content)
    expect(await withSource(path, options, async (source) => source.delimiter)).toBe(delimiter)
  })

  test('--no-header finds the delimiter in the first row', async () => {
    const path = writeInput(directory, '# list\nada;Doe, Ada;7\n')
    expect(await readShort(path, { header: false })).toEqual([[2, 'ada', { username: 'ada' }]])
  })

  test.each([';;', '', '"', '#', '\n'])('--delimiter refuses %j', async (delimiter) => {
    expect(await readRefusal('never-opened.csv', { delimiter })).toEqual([
      'usage',
      `"${delimiter}" is not a delimiter.`,
      'Give --delimiter one character, such as --delimiter ";", or the word tab. A quote or # cannot be a delimiter.',
    ])
  })
})
