import { describe, expect, test } from 'vitest'
import { makeDirectory, readRefusal, writeInput } from './read-csv.ts'

const directory = makeDirectory()

const addWindows = 'Save the file as "CSV UTF-8", or add --encoding windows-1252.'
const addShiftJis = 'Save the file as "CSV UTF-8", or add --encoding shift_jis.'
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
      'text behind a closing quote without a space',
      'username,name\n\n# x\nada,"O"Neil\n',
      'line 4: a quote (") is in the middle of a cell.',
      doubleQuotes,
    ],
    [
      'a quote behind a closing quote',
      'username,name\nada,"O" "Neil"\n',
      'line 2: a quote (") is in the middle of a cell.',
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
      'a comment sign behind empty quotes',
      'username\n""# a "comment\nada\n',
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
      addWindows,
    ],
    [
      'Western letters that are also valid in Shift_JIS',
      bytes('username,name\nada,M', 0xe4, 'rta O', 0x92, 'Neil\n'),
      'line 2: this is not UTF-8 text.',
      addWindows,
    ],
    [
      'Japanese in Shift_JIS',
      bytes('username,name\nada,', 0x8e, 0x52, 0x93, 0x63, '\n'),
      'line 2: this is not UTF-8 text.',
      addShiftJis,
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
      addWindows,
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
      'a sep= line with a quote',
      'sep="\nusername\n',
      'line 1: """ cannot separate cells.',
      'Delete this line, or write sep=, or sep=; instead.',
    ],
    [
      'two columns of the same key',
      '# x\nuser,x,Login\n',
      'line 2: the columns "user" and "Login" both hold the username.',
      chooseOne,
    ],
    [
      'two columns of the same key and the same name',
      'username,x,User-Name\n',
      'line 1: the columns "username" and "User-Name" both hold the username.',
      chooseOne,
    ],
    [
      'a header in a comment',
      '\n# username;email\nada;ada@example.com\n',
      'line 3: no column is named username, email or user_id; the columns are "ada", "ada@example.com".',
      'Line 2 names columns, but it begins with #, so it is a comment: delete the #.',
    ],
    [
      'an unknown header without the delimiter of the rows',
      'username email\nada,ada@example.com\nbob,bob@example.com\n',
      'line 1: no column is named username, email or user_id; the columns are "username email".',
      'The rows are divided by a comma, but the header is not: divide its names, too.',
    ],
    [
      'a known header without the delimiter of the rows',
      'username\nada;Research\nbob;Support\n',
      'line 2: a semicolon divides this row, but the header has none.',
      'Name every column in the header, or add --delimiter "," if the rows have one cell.',
    ],
    [
      'a column of ids alone without an id',
      'Team,User ID\nResearch,ada\nSupport,bob\n',
      'line 1: the column "User ID" holds no GitLab user ids, and no other column is known.',
      'The column "User ID" may hold usernames: add --column "User ID".',
    ],
    [
      'a column of ids of another system alone',
      'Team,User ID\nResearch,U012AB3CD\nSupport,U345EF6GH\n',
      'line 1: the column "User ID" holds no GitLab user ids, and no other column is known.',
      'If its cells are usernames, add --column "User ID".',
    ],
    [
      'a column of ids of another system beside an unknown column of addresses',
      'User ID,Contact\nU012AB3CD,ada@example.com\n',
      'line 1: the column "User ID" holds no GitLab user ids, and no other column is known.',
      'The column "Contact" holds addresses: add --column "Contact".',
    ],
    [
      'an unknown column of addresses',
      'Name,Contact\nAda Lovelace,ada@example.com\n',
      'line 1: no column is named username, email or user_id; the columns are "Name", "Contact".',
      'The column "Contact" holds addresses: add --column "Contact".',
    ],
    [
      'an unknown column of words in lower case',
      'Name,Log on,Team\nAda Lovelace,ada,Research\nGrace Hopper,grace,Research\n',
      'line 1: no column is named username, email or user_id; the columns are "Name", "Log on", "Team".',
      'The column "Log on" may hold usernames: add --column "Log on".',
    ],
    [
      'several unknown columns of words in lower case',
      'Name,Team,Account\nAda Lovelace,platform-core,ada\nGrace Hopper,infra,grace\n',
      'line 1: no column is named username, email or user_id; the columns are "Name", "Team", "Account".',
      'The columns "Team", "Account" may hold usernames: add --column with the right one.',
    ],
    [
      'an unknown column whose name needs other quotes',
      '"Cost $"\nada@example.com\n',
      'line 1: no column is named username, email or user_id; the columns are "Cost $".',
      `The column "Cost $" holds addresses: add --column 'Cost $'.`,
    ],
    [
      'a header without a key',
      'sep=;\nName;;Team\n',
      'line 2: no column is named username, email or user_id; the columns are "Name", "Team".',
      chooseColumn,
    ],
  ])(
    'a malformed CSV is refused with the line of its first fault: %s',
    async (_, content, sentence, hint) => {
      expect(await readRefusal(writeInput(directory, content))).toEqual(['usage', `FILE, ${sentence}`, hint])
    },
  )
})

describe('a CSV without rows', () => {
  test.each(['', '\ufeff', '\n \n\r\n', '# ada\n# bob', ',,\n""\n', 'sep=;\n', 'sep=;'])(
    'a CSV without rows is refused: %j',
    async (content) => {
      expect(await readRefusal(writeInput(directory, content))).toEqual([
        'usage',
        'FILE has no header line: it has no rows.',
        firstLineNamesColumns,
      ])
    },
  )

  test('the refusal of a CSV without rows points out a header that is a comment', async () => {
    expect(await readRefusal(writeInput(directory, '# username\n# ada\n'))).toEqual([
      'usage',
      'FILE has no header line: it has no rows.',
      'Line 1 names columns, but it begins with #, so it is a comment: delete the #.',
    ])
  })
})
