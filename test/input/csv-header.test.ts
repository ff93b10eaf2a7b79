import { describe, expect, test } from 'vitest'
import { encodeUtf16, makeDirectory, readRefusal, readShort, withSource, writeInput } from './read-csv.ts'

const directory = makeDirectory()
const ada = { username: 'ada' }
const chooseOne = 'Choose one with --column NAME, or delete the other.'

describe('the columns of a file', () => {
  test.each([
    ['username', 'Ada', ada],
    ['User', 'Ada', ada],
    ['LOGIN', 'Ada', ada],
    ['user\u00a0name', 'Ada', ada],
    ['User-Name', 'Ada', ada],
    ['GitLab username', 'Ada', ada],
    ['sAMAccountName', 'Ada', ada],
    ['Handle or email', 'Ada', ada],
    ['Benutzername', 'Ada', ada],
    ['Nom d’utilisateur', 'Ada', ada],
    ["NOM D'UTILISATEUR", 'Ada', ada],
    ['nombre de usuario', 'Ada', ada],
    ['Nome de Usuário', 'Ada', ada],
    ['NOME DE USUA\u0301RIO', 'Ada', ada],
    ['ユーザー名', 'Ada', ada],
    ['E-Mail', 'Ada', { email: 'ada' }],
    ['email address', 'Ada', { email: 'ada' }],
    ['mail', 'Ada', { email: 'ada' }],
    ['Email Address [Required]', 'Ada', { email: 'ada' }],
    ['Work Email', 'Ada', { email: 'ada' }],
    ['Email - Primary Work', 'Ada', { email: 'ada' }],
    ['User principal name', 'Ada', { email: 'ada' }],
    ['E-Mail-Adresse', 'Ada', { email: 'ada' }],
    ['Adresse électronique', 'Ada', { email: 'ada' }],
    ['CORREO ELECTRO\u0301NICO', 'Ada', { email: 'ada' }],
    ['Endereço de e-mail', 'Ada', { email: 'ada' }],
    ['メール アドレス', 'Ada', { email: 'ada' }],
    ['user_id', '7', { user_id: 7 }],
    ['UserID', '7', { user_id: 7 }],
    ['GitLab ID', '7', { user_id: 7 }],
  ])('the CSV reader recognizes the column %s', async (column, cell, keys) => {
    expect(await readShort(writeInput(directory, `x,${column}\n,${cell}\n`))).toEqual([[2, cell, keys]])
  })

  test.each([
    'Name',
    'Display name',
    'Full name',
    'Id',
    'Employee ID',
    'Recovery Email',
    'Manager Email',
    'New Primary Email [UPLOAD ONLY]',
    'Correo electronico personal',
  ])('the CSV reader does not recognize the column %s', async (column) => {
    expect(await readRefusal(writeInput(directory, `x,${column}\n,7\n`))).toEqual([
      'usage',
      `FILE, line 1: no column is named username, email or user_id; the columns are "x", "${column}".`,
      'Choose the column of the usernames with --column NAME, or read a file without a header with --no-header.',
    ])
  })

  test.each([
    ['username|email\nada|a@x.de\n', 'Names in it are divided by "|": add --delimiter "|".'],
    [
      'Person;;Lizenz\nBenutzername;E-Mail;\nada;;\n',
      'Line 2 has "Benutzername" and "E-Mail": if it is the header, delete the lines above it.',
    ],
    ['ada\nbob\nusername\ncleo\n', 'Line 3 has "username": if it is the header, delete the lines above it.'],
  ])(
    'the refusal of a CSV without a header in its first line has the next step: %j',
    async (content, hint) => {
      const [exit, , advice] = await readRefusal(writeInput(directory, content))
      expect([exit, advice]).toEqual(['usage', hint])
    },
  )

  test.each([
    ['Login,username', 'a,ada', ada],
    ['username,GitLab username', 'x,ada', ada],
    ['GitLab username,username', ',ada', ada],
    ['username,Benutzername', ',ada', ada],
    ['user,login,username', 'x,y,ada', ada],
    ['mail,Email', 'x@x.de,a@x.de', { email: 'a@x.de' }],
    ['mail,userPrincipalName', 'a@x.de,x@x.de', { email: 'a@x.de' }],
    ['userPrincipalName,Work Email,email', 'x@x.de,y@x.de,a@x.de', { email: 'a@x.de' }],
  ])('the CSV reader reads the column with the best name of %s', async (header, row, keys) => {
    const [request] = await readShort(writeInput(directory, `${header}\n${row}\n`))
    expect(request).toEqual([2, Object.values(keys)[0], keys])
  })

  test.each(['mail,Work Email', 'username,Benutzername', 'userPrincipalName,mail,Mailadresse'])(
    'the CSV reader refuses columns with the equally good names of %s',
    async (header) => {
      const [one, other] = header.split(',').slice(-2)
      const meaning = header.startsWith('username') ? 'username' : 'email address'
      expect(await readRefusal(writeInput(directory, `${header}\n`))).toEqual([
        'usage',
        `FILE, line 1: the columns "${one}" and "${other}" both hold the ${meaning}.`,
        chooseOne,
      ])
    },
  )

  test('the CSV reader reads the best of two columns without a filled cell', async () => {
    const path = writeInput(directory, 'username,GitLab username,x\n,,1\n')
    expect(await readShort(path)).toEqual([[2, '', {}]])
    expect(
      await withSource(path, {}, async ({ ignoredColumns }) => ignoredColumns.map(({ name }) => name)),
    ).toEqual(['username', 'x'])
  })

  test('the CSV reader lists ignored columns, without those of a file of rejects', async () => {
    const path = writeInput(
      directory,
      'Team ,,username,Line,outcome,message,"Cost, €",mail 2\nResearch,,ada,2,,,7,ada@x.de\n',
    )
    const { columns, ignoredColumns } = await withSource(path, {}, async (source) => source)
    expect(columns).toEqual(['Team', '', 'username', 'Line', 'outcome', 'message', 'Cost, €', 'mail 2'])
    expect(ignoredColumns).toEqual([
      { name: 'Team', holds: 'other', reason: null },
      { name: 'Cost, €', holds: 'other', reason: null },
      { name: 'mail 2', holds: 'addresses', reason: null },
    ])
  })

  test('--column makes its column a key, and no other one', async () => {
    const path = writeInput(directory, 'username,GitLab Name,email,user_id\nx,Ada,a@x.de,7\n')
    const options = { columns: ['gitlab_name'] }
    expect(await readShort(path, options)).toEqual([[2, 'Ada', ada]])
    expect(
      await withSource(path, options, async ({ ignoredColumns }) => ignoredColumns.map(({ name }) => name)),
    ).toEqual(['username', 'email', 'user_id'])
  })

  test('--column makes each of several columns a key', async () => {
    const path = writeInput(directory, 'username,GitLab Name,email,user_id\nx,Ada,a@x.de,7\n')
    const options = { columns: ['gitlab_name', 'User ID', 'email', 'email'] }
    expect(await readShort(path, options)).toEqual([
      [2, 'Ada', { username: 'ada', email: 'a@x.de', user_id: 7 }],
    ])
  })

  test.each([
    ['Ada', ada],
    ['A@x.de', { email: 'a@x.de' }],
    ['7', { user_id: 7 }],
    ['gid://gitlab/User/7', { user_id: 7 }],
  ])('--column with an unknown name reads the cell %s as what it is', async (cell, keys) => {
    const path = writeInput(directory, `Account\n${cell}\n`)
    expect(await readShort(path, { columns: ['Account'] })).toEqual([[2, cell, keys]])
  })

  test('--column makes its column a key instead of the usernames', async () => {
    const path = writeInput(directory, 'username,user_id\nada,7\n')
    expect(await readShort(path, { columns: ['User ID'] })).toEqual([[2, '7', { user_id: 7 }]])
  })

  test('--column chooses between columns of the same key', async () => {
    const path = writeInput(directory, 'username,user name,e-mail,email\nada,bob,c@x.de,d@x.de\n')
    expect(await readRefusal(path)).toEqual([
      'usage',
      'FILE, line 1: the columns "username" and "user name" both hold the username.',
      'Choose one with --column NAME, or delete the other.',
    ])
    expect(await readRefusal(path, { columns: ['Mail', 'EMAIL'] })).toEqual([
      'usage',
      'FILE, line 1: the column "Mail" does not exist; the columns are "username", "user name", "e-mail", "email".',
      'Give --column one of these names.',
    ])
    expect(await readShort(path, { columns: ['user name'] })).toEqual([[2, 'bob', { username: 'bob' }]])
    expect(await readShort(path, { columns: ['email'] })).toEqual([[2, 'd@x.de', { email: 'd@x.de' }]])
  })

  test('--no-header reads the first cell of each row', async () => {
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
    '--no-header reads no requests from %j',
    async (content) => {
      expect(await readShort(writeInput(directory, content), { header: false })).toEqual([])
    },
  )

  test.each(['', '\ufeff', encodeUtf16('', 'big')])(
    '--no-header refuses the empty file %j',
    async (content) => {
      expect(await readRefusal(writeInput(directory, content), { header: false })).toEqual([
        'usage',
        'FILE is empty.',
        'Check the command that writes it. For an empty list, write a blank line or a comment.',
      ])
    },
  )
})

describe('a known name over cells of another meaning', () => {
  async function readColumns(content: string): Promise<unknown> {
    const requests = await readShort(writeInput(directory, content))
    const path = writeInput(directory, content)
    return [requests, await withSource(path, {}, async ({ ignoredColumns }) => ignoredColumns)]
  }

  test('the CSV reader ignores a column of ids without an id of GitLab', async () => {
    expect(await readColumns('User ID,email\nU012AB3CD,a@x.de\n,b@x.de\n')).toEqual([
      [
        [2, 'a@x.de', { email: 'a@x.de' }],
        [3, 'b@x.de', { email: 'b@x.de' }],
      ],
      [{ name: 'User ID', holds: 'other', reason: 'no_ids' }],
    ])
  })

  test.each(['7', '7.0', '="7"', 'gid://gitlab/User/7'])(
    'the CSV reader keeps a column of ids with the one id %s',
    async (id) => {
      const path = writeInput(directory, `user_id,email\nx,a@x.de\n"${id.replaceAll('"', '""')}",b@x.de\n`)
      expect(await withSource(path, {}, async ({ ignoredColumns }) => ignoredColumns)).toEqual([])
    },
  )

  test('the CSV reader keeps a column of ids that is empty, or that has its first id in row 1,000', async () => {
    const rows = (count: number) => 'x,a@x.de\n'.repeat(count)
    const ignored = async (content: string) =>
      withSource(writeInput(directory, content), {}, async ({ ignoredColumns }) => ignoredColumns)
    expect(await ignored('user_id,email\n,a@x.de\n')).toEqual([])
    expect(await ignored(`user_id,email\n${rows(999)}7,b@x.de\n`)).toEqual([])
    expect(await ignored(`user_id,email\n${rows(1_000)}7,b@x.de\n`)).toEqual([
      { name: 'user_id', holds: 'other', reason: 'no_ids' },
    ])
  })

  test('the CSV reader ignores a column of usernames that holds full names', async () => {
    expect(
      await readColumns('User name,email\nAda Lovelace,a@x.de\nHedy Kiesler,h@x.de\nbob,b@x.de\n'),
    ).toEqual([
      [
        [2, 'a@x.de', { email: 'a@x.de' }],
        [3, 'h@x.de', { email: 'h@x.de' }],
        [4, 'b@x.de', { email: 'b@x.de' }],
      ],
      [{ name: 'User name', holds: 'other', reason: 'full_names' }],
    ])
  })

  test('the CSV reader keeps a column of full names that is the only key', async () => {
    expect(await readColumns('User name\nAda Lovelace\n')).toEqual([
      [[2, 'Ada Lovelace', { problem: 'display_name' }]],
      [],
    ])
  })

  test('--column reads a column of ids without an id as usernames', async () => {
    const path = writeInput(directory, 'User ID,email\nada,x@x.de\n')
    expect(await readShort(path, { columns: ['User ID'] })).toEqual([[2, 'ada', ada]])
  })
})

describe('titles above the header', () => {
  test.each([
    ['one title', 'Seats of March\nusername,email\nada,\n', 2],
    ['a title with a delimiter', '"Seats, all"\nusername,email\nada,\n', 2],
    ['pairs of words', 'Group:;Research\nDate:;2026-03-02\n\nusername;email\nada;\n', 4],
    ['a title above one column', 'Seats of March\nusername\nada\n', 2],
    ['19 titles', `${'title\n'.repeat(19)}username,team\nada,x\n`, 20],
    ['a long title', `"${'x\n'.repeat(20_000)}"\nusername,team\nada,x\n`, 20_002],
    ['a title in another delimiter', 'Seats, all, of March\nusername;team;note;more\nada;;\n', 2],
  ])('the CSV reader skips titles above the header: %s', async (_, content, line) => {
    const path = writeInput(directory, content)
    expect(await readShort(path)).toEqual([[line + 1, 'ada', ada]])
    expect(await withSource(path, {}, async ({ lineBelowTitles }) => lineBelowTitles)).toBe(line)
  })

  test('the CSV reader skips titles above the column of --column', async () => {
    const path = writeInput(directory, 'Seats of March\nTeam,Account\nx,ada\n')
    expect(await readShort(path, { columns: ['account'] })).toEqual([[3, 'ada', ada]])
  })

  test('the CSV reader reports no titles above a header in the first row', async () => {
    const path = writeInput(directory, '# x\n\nusername\nada\n')
    expect(await withSource(path, {}, async ({ lineBelowTitles }) => lineBelowTitles)).toBeNull()
  })

  test.each([
    ['20 titles', `${'title\n'.repeat(20)}username,team\nada,x\n`],
    ['a row of data with the word user', 'account,role\nada,user\nbob,admin\n'],
    ['a row of data with the word email', 'account,contact by\nada,email\nbob,phone\n'],
    ['a user who is called login', 'account\nada\nlogin\nbob\n'],
    ['the users of a plain list that was joined to a CSV', 'ada\ngrace\nusername\nlinus\n'],
    ['the users of a list with two columns', 'ada,ada@example.com\nusername,email\ngrace,\n'],
    ['a pair of words, of which one may be a user', 'group;research\nBenutzername;Team\nada;\n'],
  ])('the CSV reader does not skip as titles: %s', async (_, content) => {
    expect((await readRefusal(writeInput(directory, content)))[1]).toMatch(
      /^FILE, line 1: no column is named/,
    )
  })

  test('the CSV reader proposes a column of an unknown header below titles', async () => {
    const path = writeInput(directory, 'Seats of March\n\nName;Contact\nAda;ada@x.de\nBob;bob@x.de\n')
    expect(await readRefusal(path)).toEqual([
      'usage',
      'FILE, line 3: no column is named username, email or user_id; the columns are "Name", "Contact".',
      'The column "Contact" holds addresses: add --column "Contact".',
    ])
    expect((await readShort(path, { columns: ['Contact'] }))[0]).toEqual([
      4,
      'ada@x.de',
      { email: 'ada@x.de' },
    ])
  })

  test('--column lists the columns of the header below titles if its own does not exist', async () => {
    const path = writeInput(directory, 'Seats of March\nusername,Team\nada,x\n')
    expect((await readRefusal(path, { columns: ['Account'] }))[1]).toBe(
      'FILE, line 2: the column "Account" does not exist; the columns are "username", "Team".',
    )
  })
})

describe('--column', () => {
  test('--column lists the columns if its own does not exist', async () => {
    const path = writeInput(directory, 'username,Team,,\n')
    expect(await readRefusal(path, { columns: ['Nick Name'] })).toEqual([
      'usage',
      'FILE, line 1: the column "Nick Name" does not exist; the columns are "username", "Team".',
      'Give --column one of these names.',
    ])
  })

  test('the refusal of a CSV without a known column lists 20 columns and shortens long names', async () => {
    const columns = Array.from({ length: 25 }, (_, index) => `c${index}`)
    const path = writeInput(directory, ['x'.repeat(100), ...columns].join())
    const listed = [`"${'x'.repeat(60)}…"`, ...columns.slice(0, 19).map((column) => `"${column}"`)].join(', ')
    expect((await readRefusal(path))[1]).toBe(
      `FILE, line 1: no column is named username, email or user_id; the columns are ${listed} and 6 more.`,
    )
  })

  test('--column refuses a name that two columns have', async () => {
    const path = writeInput(directory, 'Nick,x,Nick\n')
    expect(await readRefusal(path, { columns: ['Nick'] })).toEqual([
      'usage',
      'FILE, line 1: the columns "Nick" and "Nick" have the same name.',
      chooseOne,
    ])
  })

  test('--column is refused together with --no-header', async () => {
    expect(await readRefusal('never-opened.csv', { columns: ['x'], header: false })).toEqual([
      'usage',
      '--column and --no-header exclude each other: without a header, columns have no names.',
      'Leave out --column or --no-header.',
    ])
  })
})
