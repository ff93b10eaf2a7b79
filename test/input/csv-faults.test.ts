import { describe, expect, test } from 'vitest'
import { makeDirectory, readRefusal, writeInput } from './read-csv.ts'

const directory = makeDirectory()

const saveAsUtf8 = 'Save the file as "CSV UTF-8" and run the command again.'
const doubleQuotes =
  'Put the whole cell in quotes, and double each quote inside it: "Ada ""Countess"" Lovelace".'
const firstLineNamesColumns = 'The first line must name the columns: username, email or user_id.'
const chooseColumn =
  'Choose the column of the usernames with --column NAME, or read a file without a header with --no-header.'
const chooseOne = 'Choose one with --column NAME, or delete the other.'

function quoteSurplus(delimiter: string): string {
  return `Put a cell that contains ${delimiter} in quotes, or name every column in the header.`
}

function bytes(...parts: (string | number)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))))
}

describe('a malformed CSV', () => {
  const late = 'ada\n'.repeat(50_000)

  test.each<[string, string | Uint8Array, string, string]>([
    [
      'an unclosed quote',
      'username\nada\n"bob\neve\n',
      'line 3: a quote (") is opened in this row and never closed.',
      'Close the quote at the end of its cell, or delete it.',
    ],
    [
      'an unclosed quote in the header',
      '"username\nada\n',
      'line 1: a quote (") is opened in this row and never closed.',
      'Close the quote at the end of its cell, or delete it.',
    ],
    [
      'a quote inside a cell',
      'username,name\n\n# x\nada,O"Neil\n',
      'line 4: a quote (") is in the middle of a cell.',
      doubleQuotes,
    ],
    [
      'text behind a closing quote',
      'username,name\n"a\nb",x\nbob,"x" y\n',
      'line 4: a quote (") is in the middle of a cell.',
      doubleQuotes,
    ],
    [
      'a quote that closes on a later line',
      'username\n"ada\nbob\n"eve"\n',
      'line 2: a quote (") is in the middle of a cell.',
      doubleQuotes,
    ],
    [
      'a filled surplus cell',
      'username;name\nada;x;;y\n',
      'line 2: the cell "y" is beyond the last column of the header.',
      quoteSurplus('a semicolon'),
    ],
    [
      'a cell under an empty cell of the header',
      'username\t\nada\tx\n',
      'line 2: the cell "x" is beyond the last column of the header.',
      quoteSurplus('a tab'),
    ],
    [
      'a surplus cell before a broken quote',
      'username\nada,x\nb"b\n',
      'line 2: the cell "x" is beyond the last column of the header.',
      quoteSurplus('a comma'),
    ],
    [
      'a cell of 1 MiB',
      `username\nada\n${'x'.repeat(2 ** 20)}\n`,
      'line 3: this row is 1 MiB or longer.',
      'Look for a quote (") that is opened in this row and never closed.',
    ],
    [
      'a quoted cell of 1 MiB',
      `username\nada\n"${'x\n'.repeat(2 ** 19)}"\n`,
      'line 3: this row is 1 MiB or longer.',
      'Look for a quote (") that is opened in this row and never closed.',
    ],
    [
      'bytes that are not UTF-8',
      bytes('username\r\nada\r\nM', 0xfc, 'ller\r\n'),
      'line 3: this is not UTF-8 text.',
      saveAsUtf8,
    ],
    [
      'an incomplete last character',
      bytes('username\nad', 0xc3),
      'line 2: this is not UTF-8 text.',
      saveAsUtf8,
    ],
    [
      'bytes that are not UTF-8, far down',
      bytes('username\n', late, 'z', 0xe4, 'z\n'),
      'line 50002: this is not UTF-8 text.',
      saveAsUtf8,
    ],
    [
      'half a character of UTF-16',
      bytes(0xff, 0xfe, Buffer.from('user\n', 'utf16le').toString('latin1'), 0x61),
      'line 2: this is not UTF-16 text.',
      saveAsUtf8,
    ],
    ['a NUL character', 'username\nada\nb\0b\n', 'line 3: the text contains a NUL character.', saveAsUtf8],
    [
      'a NUL character far down',
      `username\n${late}b\0b\n`,
      'line 50002: the text contains a NUL character.',
      saveAsUtf8,
    ],
    [
      'UTF-16 without a byte order mark',
      Buffer.from('username\n', 'utf16le'),
      'line 1: the text contains a NUL character.',
      saveAsUtf8,
    ],
    [
      'a sep= line with a quote',
      'sep="\nusername\n',
      'line 1: """ cannot separate cells.',
      'Delete this line, or write sep=, or sep=; instead.',
    ],
    [
      'two columns of the same key',
      '# x\nusername,x,Login\n',
      'line 2: the columns "username" and "Login" both hold the username.',
      chooseOne,
    ],
    [
      'a header without a key',
      'sep=;\nName;;Team\n',
      'line 2: no column is named username, email or user_id; the columns are "Name", "Team".',
      chooseColumn,
    ],
  ])('refuses a CSV with the line of its first fault: %s', async (_, content, sentence, hint) => {
    expect(await readRefusal(writeInput(directory, content))).toEqual(['usage', `FILE, ${sentence}`, hint])
  })
})

describe('a CSV without rows', () => {
  test.each(['', '\ufeff', '\n \n\r\n', '# ada\n# bob', ',,\n""\n', 'sep=;\n', 'sep=;'])(
    'refuses a CSV without rows: %j',
    async (content) => {
      expect(await readRefusal(writeInput(directory, content))).toEqual([
        'usage',
        'FILE has no header line: it has no rows.',
        firstLineNamesColumns,
      ])
    },
  )
})
