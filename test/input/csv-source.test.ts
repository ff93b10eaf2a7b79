import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { readCsvSource } from '../../src/input/csv/csv-source.ts'
import { openInputFile } from '../../src/input/files/input-file.ts'
import {
  encodeUtf16,
  makeDirectory,
  readAllRows,
  readRefusal,
  readShort,
  withSource,
  writeInput,
} from './read-csv.ts'

const directory = makeDirectory()
const fixtures = join(import.meta.dirname, '../../fixtures/csv')
const ada = { username: 'ada' }
const bob = { username: 'bob' }

describe('openCsvSource', () => {
  const list = 'username,name\nada,Zoë\nbob,x\n'
  const adaAndBob = [
    [2, 'ada', ada],
    [3, 'bob', bob],
  ]

  test.each<[string, string | Uint8Array, unknown[]]>([
    ['UTF-8', list, adaAndBob],
    ['UTF-8 with a byte order mark', `\ufeff${list}`, adaAndBob],
    ['UTF-16, little-endian', encodeUtf16(list, 'little'), adaAndBob],
    ['UTF-16, big-endian', encodeUtf16(list, 'big'), adaAndBob],
    ['UTF-16 without a byte order mark, little-endian', Buffer.from(list, 'utf16le'), adaAndBob],
    ['UTF-16 without a byte order mark, big-endian', Buffer.from(list, 'utf16le').swap16(), adaAndBob],
    ['CRLF', list.replaceAll('\n', '\r\n'), adaAndBob],
    ['CR', list.replaceAll('\n', '\r'), adaAndBob],
    ['semicolons', list.replaceAll(',', ';'), adaAndBob],
    ['tabs', list.replaceAll(',', '\t'), adaAndBob],
    ['no final newline', 'username\nada\nbob', adaAndBob],
    ['quotes', '"username","name"\n"ada","x ""y"" z"\n"bob","a,b"\n', adaAndBob],
    ['quotes inside cells', 'username,name\nada,5" tall\nbob,Ada "Countess" Lovelace\n', adaAndBob],
    ['quotes at the end of cells', 'name,username\n41°24\'12.2"N,ada\nx"",bob\n', adaAndBob],
    ['spaces around cells', ' username , name \n\tada  , x\n  "bob"  , "y" \n', adaAndBob],
    [
      'non-breaking spaces around cells',
      '\u00a0username\u00a0\n\u00a0ada\u2007\n"bob"\u00a0\u202f\n',
      adaAndBob,
    ],
    [
      'a leading @ and other case',
      'username\n@ADA\nBob\n',
      [
        [2, '@ADA', ada],
        [3, 'Bob', bob],
      ],
    ],
    ['missing cells at the end', 'username,name,team\nada\nbob,x\n', adaAndBob],
    ['empty surplus cells', 'username\nada,,\nbob,"", \n', adaAndBob],
    ['empty cells at the end of the header', 'username,,\nada,,\nbob\n', adaAndBob],
    ['columns without a name before others', ',username\n0,ada\n1,bob\n', adaAndBob],
    [
      'cells with a guarded formula',
      "username\n'@ada\n'-bob\n",
      [
        [2, '@ada', ada],
        [3, '-bob', { username: '-bob' }],
      ],
    ],
    ['an empty first cell behind tabs', 'username\temail\n\tb@x.de\n', [[2, 'b@x.de', { email: 'b@x.de' }]]],
    ['a header and no rows', 'username\n', []],
    ['a header without a newline', 'username', []],
  ])('openCsvSource reads a file with %s', async (_, content, requests) => {
    expect(await readShort(writeInput(directory, content))).toEqual(requests)
  })
})

test.each([
  ['a header', 'username;name\nada;Ada\n', true],
  [
    'a line that names the delimiter, and titles',
    '\ufeffsep=;\nList of March\n\nusername;name\nada;Ada\n',
    true,
  ],
  ['no header', 'ada\nbob\n', false],
])('the layout of a file with %s is found in one reading', async (_, content, header) => {
  const file = await openInputFile(writeInput(directory, content), new AbortController().signal)
  const readings = vi.spyOn(file, 'readChunks')
  await readCsvSource(file, { header })
  expect(readings).toHaveBeenCalledTimes(1)
  await file.close()
})

describe('--encoding', () => {
  const rows = [
    [2, 'ada', ada],
    [3, 'bob', bob],
  ]

  test.each<[string, Buffer]>([
    ['windows-1252', Buffer.from('name,Benutzername\nZo\xeb \x80,ada\n"M\xe4rta, x",bob\n', 'latin1')],
    ['iso-8859-1', Buffer.from('name,usu\xe1rio\nZo\xeb,ada\nx,bob\n', 'latin1')],
    ['windows-1250', Buffer.from('name,username\n\xa3uk,ada\nx,bob\n', 'latin1')],
    [
      'shift_jis',
      Buffer.concat([
        Buffer.from([0x83, 0x86, 0x81, 0x5b, 0x83, 0x55, 0x81, 0x5b, 0x96, 0xbc]),
        Buffer.from(',x\nada,y\nbob,z\n'),
      ]),
    ],
    ['utf-16be', Buffer.from('\u540d\u524d,username\nx,ada\ny,bob\n', 'utf16le').swap16()],
  ])('--encoding reads a file in %s', async (encoding, content) => {
    expect(await readShort(writeInput(directory, content), { encoding })).toEqual(rows)
  })

  test('--encoding reads a long file in windows-1252 with the cells that it has', async () => {
    const content = Buffer.from(`username,name\n${'ada,\x80M\xe4rta\n'.repeat(20_000)}`, 'latin1')
    const path = writeInput(directory, content)
    const names = (await withSource(path, { encoding: 'windows-1252' }, readAllRows)).map(
      ({ cells }) => cells[1],
    )
    expect([names.length, ...new Set(names)]).toEqual([20_000, '€Märta'])
  })

  test('--encoding reads characters of several bytes that two chunks share', async () => {
    const row = Buffer.concat([Buffer.from('ada,'), Buffer.from([0x8e, 0x52, 0x93, 0x63]), Buffer.from('\n')])
    const rows = Array.from({ length: 20_000 }, () => row)
    const path = writeInput(directory, Buffer.concat([Buffer.from('username,name\n'), ...rows]))
    const names = (await withSource(path, { encoding: 'shift_jis' }, readAllRows)).map(
      ({ cells }) => cells[1],
    )
    expect([names.length, ...new Set(names)]).toEqual([20_000, '山田'])
  })

  test('--encoding reads a file with a byte order mark as what it is', async () => {
    const path = writeInput(directory, '\ufeffname,username\nZoë,ada\nx,bob\n')
    expect(await withSource(path, { encoding: 'shift_jis' }, readAllRows)).toEqual([
      { line: 2, cells: ['Zoë', 'ada'] },
      { line: 3, cells: ['x', 'bob'] },
    ])
  })

  test('--encoding refuses bytes that are not in the encoding with their line', async () => {
    const path = writeInput(directory, Buffer.from('username\nada\n\xff\xff\n', 'latin1'))
    expect(await readRefusal(path, { encoding: 'shift_jis' })).toEqual([
      'usage',
      'FILE, line 3: this is not shift_jis text.',
      'Save the file as "CSV UTF-8" and run the command again.',
    ])
  })

  test('--encoding refuses an unknown encoding before it opens the file', async () => {
    expect(await readRefusal('never-opened.csv', { encoding: 'ansi' })).toEqual([
      'usage',
      '"ansi" is not an encoding.',
      'Examples for --encoding: windows-1252, iso-8859-1, windows-1250, shift_jis, gb18030.',
    ])
  })
})

describe('the line of a request', () => {
  test.each<[string, string, unknown[]]>([
    ['blank lines and lines of spaces', '\n\nusername\n\n  \nada\n', [[6, 'ada', ada]]],
    ['comments', '# a list\nusername\n# ada, "bob"\n# "\nada\n', [[5, 'ada', ada]]],
    [
      'errors of a spreadsheet, which begin no comment',
      'username,name\n#N/A\n#NAME?,x\n#N/A is a comment\n#NV\nada\n#BEZUG!',
      [
        [2, '#N/A', { problem: 'spreadsheet_error' }],
        [3, '#NAME?', { problem: 'spreadsheet_error' }],
        [5, '#NV', { problem: 'spreadsheet_error' }],
        [6, 'ada', ada],
        [7, '#BEZUG!', { problem: 'spreadsheet_error' }],
      ],
    ],
    [
      'a # behind spaces, which begins no comment',
      'username\n  #ada\n\t#bob\n',
      [
        [2, '#ada', { username: '#ada' }],
        [3, '#bob', { username: '#bob' }],
      ],
    ],
    [
      'a # on a further line of a cell',
      'username,note\nada,"one\n#two\n#three"\n#four\nada,x\n',
      [
        [2, 'ada', ada],
        [6, 'ada', ada],
      ],
    ],
    ['rows of empty cells', 'username,name\n,\n"",""\n , \nada\n', [[5, 'ada', ada]]],
    ['rows of empty cells before the header', ',,\nusername,name\nada\n', [[3, 'ada', ada]]],
    [
      'line breaks in cells',
      'username,"first\nname"\n"ada","x\r\ny\rz"\nbob\n',
      [
        [3, 'ada', ada],
        [6, 'bob', bob],
      ],
    ],
    [
      'line breaks around a name',
      'username\n"\r\nada\n"\nbob\n',
      [
        [2, 'ada', ada],
        [5, 'bob', bob],
      ],
    ],
    ['the line sep=', 'sep=;\nusername;name\nada;x\n', [[3, 'ada', ada]]],
    ['lines that end with CR', 'username\r\r# x\rada\r', [[4, 'ada', ada]]],
    [
      'rows with a # inside quotes or further on',
      'username,name\n"#ada",x\nbob,#1\n',
      [
        [2, '#ada', { username: '#ada' }],
        [3, 'bob', bob],
      ],
    ],
  ])('a request has the physical line in a file with %s', async (_, content, requests) => {
    expect(await readShort(writeInput(directory, content))).toEqual(requests)
  })

  test.each(['\n', '\r\n', '\r'])(
    'a request has the physical line across chunks of a file with the line end %j',
    async (end) => {
      for (const filler of [65_520, 65_521, 65_522, 65_523, 65_524, 65_525, 65_526]) {
        const start = `# ${'-'.repeat(filler - 2)}`
        const path = writeInput(
          directory,
          [start, 'name,user', '"ä\u00a0b"\u00a0,"ada"', 'x,bob', ''].join(end),
        )
        expect(await readShort(path)).toEqual([
          [3, 'ada', ada],
          [4, 'bob', bob],
        ])
      }
    },
  )
})

describe('the keys of a row', () => {
  test.each<[string, string, string, object]>([
    ['every key that is filled', 'Ada,A@x.de,7', 'Ada', { username: 'ada', email: 'a@x.de', user_id: 7 }],
    ['an email address alone', ',A@x.de,', 'A@x.de', { email: 'a@x.de' }],
    ['a user id alone', ',,gid://gitlab/User/7', 'gid://gitlab/User/7', { user_id: 7 }],
    ['an id with the decimals of a spreadsheet', ',,7.0', '7.0', { user_id: 7 }],
    ['a username that is an email address', 'A@x.de,,', 'A@x.de', { email: 'a@x.de' }],
    ['the same address twice', 'A@x.de,a@X.de,', 'A@x.de', { email: ['a@x.de', 'a@x.de'] }],
    ['two addresses as two keys', 'A@x.de,b@x.de,', 'A@x.de', { email: ['a@x.de', 'b@x.de'] }],
    ['a lone @, which matches no user', '@,b@x.de,', '@', { username: '@', email: 'b@x.de' }],
    ['invisible characters', '"ad\u200ba",,', 'ad\u200ba', { username: 'ad\u200ba' }],
    ['no key', ',,,Research', '', {}],
  ])('the CSV reader reads the keys of a row: %s', async (_, row, input, keys) => {
    const path = writeInput(directory, `username,email,user_id,team\n${row}\n`)
    expect(await readShort(path)).toEqual([[2, input, keys]])
  })
})

describe('readRows', () => {
  test('readRows returns clean rows of the width of the header', async () => {
    const path = writeInput(directory, 'username,team,note\n\n# x\nada\nbob,\'=1+1," a\nb ",,\n,,\n')
    expect(await withSource(path, {}, readAllRows)).toEqual([
      { line: 4, cells: ['ada', '', ''] },
      { line: 5, cells: ['bob', '=1+1', 'a\nb'] },
    ])
  })

  test('readRows creates no error for rows of another length than the header, which takes 30 microseconds each', async () => {
    const path = writeInput(directory, `username,team\n${'ada\n'.repeat(100)}${'bob,,,\n'.repeat(100)}`)
    const captureStackTrace = vi.spyOn(Error, 'captureStackTrace')
    await withSource(path, {}, readAllRows)
    expect(captureStackTrace).not.toHaveBeenCalled()
    captureStackTrace.mockRestore()
  })

  test('readRows returns quotes inside cells as they are', async () => {
    const path = writeInput(
      directory,
      'username,note\nada,41°24\'12.2"N "x" ""\nbob,"a ""b"" c"\ncarol, x"\n',
    )
    expect(await withSource(path, {}, readAllRows)).toEqual([
      { line: 2, cells: ['ada', '41°24\'12.2"N "x" ""'] },
      { line: 3, cells: ['bob', 'a "b" c'] },
      { line: 4, cells: ['carol', 'x"'] },
    ])
  })

  test('readRows returns rows of any width without a header', async () => {
    const path = writeInput(directory, 'ada\nbob,x,\n')
    expect(await withSource(path, { header: false }, readAllRows)).toEqual([
      { line: 1, cells: ['ada'] },
      { line: 2, cells: ['bob', 'x', ''] },
    ])
  })
})

describe('the CSV fixtures', () => {
  test.each<[string, object, unknown[]]>([
    [
      'excel-german.csv',
      {},
      [
        [3, 'ajung', { username: 'ajung', email: 'juergen@example.com' }],
        [4, 'mgross', { username: 'mgross', email: 'maerta@example.com' }],
        [6, 'köhler', { username: 'köhler' }],
      ],
    ],
    [
      'excel-unicode-text.txt',
      {},
      [
        [2, 'ada', { username: 'ada', email: 'ada@example.com' }],
        [3, 'zoë@example.com', { email: 'zoë@example.com' }],
      ],
    ],
    [
      'excel-latin1.csv',
      { encoding: 'windows-1252' },
      [
        [2, 'ada', ada],
        [3, 'mgross', { username: 'mgross' }],
      ],
    ],
    ['mended-rejects.csv', {}, [[2, 'ada', ada]]],
    [
      'bare-list.txt',
      { header: false },
      [
        [2, 'ada', ada],
        [3, '@bob', bob],
        [5, 'carol@example.com', { email: 'carol@example.com' }],
      ],
    ],
  ])('openCsvSource reads the fixture %s', async (name, options, requests) => {
    expect(await readShort(join(fixtures, name), options)).toEqual(requests)
  })

  test.each([
    ['excel-latin1.csv', 'FILE, line 3: this is not UTF-8 text.'],
    ['unclosed-quote.csv', 'FILE, line 4: a quote (") is opened in this row and never closed.'],
    ['surplus-cell.csv', 'FILE, line 3: the cell "Bob" is beyond the last column of the header.'],
  ])('openCsvSource refuses the fixture %s', async (name, sentence) => {
    expect((await readRefusal(join(fixtures, name)))[1]).toBe(sentence)
  })
})
