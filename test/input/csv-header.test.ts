import { describe, expect, test } from 'vitest'
import { encodeUtf16, makeDirectory, readRefusal, readShort, withSource, writeInput } from './read-csv.ts'

const directory = makeDirectory()
const ada = { username: 'ada' }
const chooseOne = 'Choose one with --column NAME, or delete the other.'

describe('the columns of a file', () => {
  test.each([
    ['username', ada],
    ['User', ada],
    ['LOGIN', ada],
    ['user\u00a0name', ada],
    ['User-Name', ada],
    ['E-Mail', { email: 'ada' }],
    ['email address', { email: 'ada' }],
    ['user_id', { problem: 'not_a_user_id' }],
    ['UserID', { problem: 'not_a_user_id' }],
  ])('recognizes the column %s', async (column, keys) => {
    expect(await readShort(writeInput(directory, `x,${column}\n,Ada\n`))).toEqual([[2, 'Ada', keys]])
  })

  test('lists ignored columns, without those of a file of rejects', async () => {
    const path = writeInput(directory, 'Team ,,username,Line,outcome,message,"Cost, €"\n')
    const { columns, ignoredColumns } = await withSource(path, {}, async (source) => source)
    expect(columns).toEqual(['Team', '', 'username', 'Line', 'outcome', 'message', 'Cost, €'])
    expect(ignoredColumns).toEqual(['Team', 'Cost, €'])
  })

  test('reads usernames from --column, and still email and user_id', async () => {
    const path = writeInput(directory, 'username,GitLab Name,email,user_id\nx,Ada,a@x.de,7\n')
    const options = { column: 'gitlab_name' }
    expect(await readShort(path, options)).toEqual([
      [2, 'Ada', { username: 'ada', email: 'a@x.de', user_id: 7 }],
    ])
    expect(await withSource(path, options, async ({ ignoredColumns }) => ignoredColumns)).toEqual([
      'username',
    ])
  })

  test('reads the key of --column instead of the usernames', async () => {
    const path = writeInput(directory, 'username,user_id\nada,7\n')
    expect(await readShort(path, { column: 'User ID' })).toEqual([[2, '7', { user_id: 7 }]])
  })

  test('chooses by --column between columns of the same key', async () => {
    const path = writeInput(directory, 'username,user name,e-mail,email\nada,bob,c@x.de,d@x.de\n')
    expect(await readRefusal(path, { column: 'user name' })).toEqual([
      'usage',
      'FILE, line 1: the columns "e-mail" and "email" both hold the email address.',
      'Choose one with --column NAME, or delete the other.',
    ])
    expect(await readShort(path, { column: 'email' })).toEqual([[2, 'd@x.de', { email: 'd@x.de' }]])
  })

  test('reads the first cell of each row of a file without a header', async () => {
    const path = writeInput(directory, 'username\nada,x,y,z\nAda@x.de\n,x\n')
    expect(await readShort(path, { header: false })).toEqual([
      [1, 'username', { username: 'username' }],
      [2, 'ada', ada],
      [3, 'Ada@x.de', { email: 'ada@x.de' }],
      [4, '', {}],
    ])
    expect(await withSource(path, { header: false }, async ({ columns }) => columns)).toBeNull()
  })

  test.each(['\n', ' ', '# empty', '\ufeff\n# empty\n'])(
    'reads no requests from %j without a header',
    async (content) => {
      expect(await readShort(writeInput(directory, content), { header: false })).toEqual([])
    },
  )

  test.each(['', '\ufeff', encodeUtf16('', 'big')])(
    'refuses an empty file without a header: %j',
    async (content) => {
      expect(await readRefusal(writeInput(directory, content), { header: false })).toEqual([
        'usage',
        'FILE is empty.',
        'Check the command that writes it. For an empty list, write a blank line or a comment.',
      ])
    },
  )
})

describe('--column', () => {
  test('lists the columns if that of --column does not exist', async () => {
    const path = writeInput(directory, 'username,Team,,\n')
    expect(await readRefusal(path, { column: 'Nick Name' })).toEqual([
      'usage',
      'FILE, line 1: the column "Nick Name" does not exist; the columns are "username", "Team".',
      'Give --column one of these names.',
    ])
  })

  test('lists 20 columns and shortens long names', async () => {
    const columns = Array.from({ length: 25 }, (_, index) => `c${index}`)
    const path = writeInput(directory, ['x'.repeat(100), ...columns].join())
    const listed = [`"${'x'.repeat(60)}…"`, ...columns.slice(0, 19).map((column) => `"${column}"`)].join(', ')
    expect((await readRefusal(path))[1]).toBe(
      `FILE, line 1: no column is named username, email or user_id; the columns are ${listed} and 6 more.`,
    )
  })

  test('refuses a --column that two columns have', async () => {
    const path = writeInput(directory, 'Nick,x,Nick\n')
    expect(await readRefusal(path, { column: 'Nick' })).toEqual([
      'usage',
      'FILE, line 1: the columns "Nick" and "Nick" have the same name.',
      chooseOne,
    ])
  })

  test('refuses --column together with --no-header', async () => {
    expect(await readRefusal('never-opened.csv', { column: 'x', header: false })).toEqual([
      'usage',
      '--column and --no-header exclude each other: without a header, columns have no names.',
      'Leave out --column or --no-header.',
    ])
  })
})
