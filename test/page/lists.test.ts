import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { ListFileDocument } from '../../src/page/documents.ts'
import { makeHolders, writeCrowd } from '../support/crowd.ts'
import { openStoreOf } from '../support/fill-store.ts'
import { withSeats } from '../support/full-team.ts'
import { makeSnapshot } from '../support/make-snapshot.ts'
import { openPage, type TestPage } from '../support/open-page.ts'
import type { RunDocument } from '../support/run-document.ts'
import { openTeam, withFreeSeats } from '../support/sample-team.ts'
import { sendList } from '../support/send-list.ts'
import { fixtures } from '../support/workdir.ts'

async function openTeamPage(facts: object = {}) {
  const workdir = await openTeam(facts)
  return { workdir, page: await openPage(workdir.join('store.db')) }
}

const give = { command: 'bulk-assign', add_on: null, dry_run: true }

type ListRun = RunDocument & { refusal: unknown; notes: string[] }

async function runList(page: TestPage, id: string, body: object): Promise<[number, ListRun]> {
  return page.send<ListRun>(`/api/lists/${id}/runs`, { ...give, ...body })
}

function listOutcomes({ results }: RunDocument): unknown[] {
  return results.map(({ line, username, outcome }) => [line, username, outcome])
}

const anyTimes = { started_at: expect.any(String), finished_at: expect.any(String) }

describe('a list of the page', () => {
  test('a list of the page is answered with what was read, in the sentences of the command line', async () => {
    const { workdir, page } = await openTeamPage()
    const csv = 'Team list\n\nusername;team;GitLab ID\nada;x;U012AB\nBob;y;U345CD\n'
    workdir.write('people.csv', csv)
    const list = await sendList(page, csv)
    expect(list).toEqual({
      id: expect.stringMatching(/^[\w-]{16}$/),
      name: 'people.csv',
      bytes: csv.length,
      rows: 2,
      columns: ['username', 'team', 'GitLab ID'],
      key_columns: ['username'],
      delimiter: ';',
      notes: [
        'The header is on line 3: the lines above it are ignored.',
        'The column "GitLab ID" holds no GitLab user ids: it is ignored.',
        'Ignored column: "team".',
      ],
      problem: null,
      encodings: expect.arrayContaining(['windows-1252']),
    })
    const { stderr } = await workdir.inProcess.run(['bulk-assign', 'people.csv', '--dry-run'])
    expect(stderr.split('\n').slice(0, 3)).toEqual(list.notes)
  })

  test.each([
    ['a quote that is never closed', 'username\n"ada\nBob\n'],
    ['a token in a cell', 'username\nada\nglpat-abcdefghij0123456789\n'],
    ['a workbook', Buffer.from('PK\u0003\u0004 [Content_Types].xml')],
    ['no known column', 'Person,Mail of work\nAda,ada@example.com\nBob,bob@example.com\n'],
    ['two columns of usernames', 'username,Username\nada,Bob\n'],
    ['bytes of another encoding', Buffer.from('username\nJ\u00fcrgen\n', 'latin1')],
    ['nothing', ''],
  ])(
    'a list of the page is refused as a whole with the words of the command line: %s',
    async (_, content) => {
      const { workdir, page } = await openTeamPage()
      workdir.write('people.csv', content)
      const { rows, problem } = await sendList(page, content)
      const typed = await workdir.inProcess.run([
        'bulk-assign',
        'people.csv',
        '--dry-run',
        '--format',
        'json',
      ])
      expect([rows, { schema: 1, error: problem }]).toEqual([null, JSON.parse(typed.stdout)])
    },
  )

  test('a list of the page without a known column offers its columns, and is read by the chosen one', async () => {
    const { page } = await openTeamPage()
    const csv = 'Person,Mail of work\nAda,ada@example.com\nBob,bob@example.com\n'
    const { id, columns } = await sendList(page, csv)
    expect(columns).toEqual(['Person', 'Mail of work'])
    expect(await page.read(`/api/lists/${id}?column=Mail+of+work`)).toMatchObject([
      200,
      { list: { id, rows: 2, key_columns: ['Mail of work'] } },
    ])
    const [, run] = await runList(page, id, { columns: ['Mail of work'] })
    expect(listOutcomes(run)).toEqual([
      [2, 'ada', 'already_assigned'],
      [3, 'Bob', 'assigned'],
    ])
  })

  test('a list of the page in another encoding, and without a header, is read as with the options', async () => {
    const { page } = await openTeamPage()
    const latin = Buffer.from('ada\nJ\u00fcrgen\n', 'latin1')
    const list = await sendList(page, latin, { query: 'header=0&encoding=windows-1252' })
    expect(list).toMatchObject({ rows: 2, columns: null })
    const [, run] = await runList(page, list.id, { header: false, encoding: 'windows-1252' })
    expect(run.results.map(({ input }) => input)).toEqual(['ada', 'J\u00fcrgen'])
  })

  test.each(['bulk-assign', 'bulk-unassign', 'apply'])(
    'a list of the page has the document of %s on the command line',
    async (command) => {
      const { workdir, page } = await openTeamPage(withSeats(4))
      const csv = 'username,email\nada,\nBob,\ncarol,\neve,\nADA,\n'
      workdir.write('people.csv', csv)
      const args = [command, 'people.csv', '--dry-run']
      const typed = await workdir.inProcess.run([...args, '--format', 'json'])
      const document = JSON.parse(typed.stdout) as RunDocument
      const { id } = await sendList(page, csv)
      const [status, run] = await runList(page, id, { command })
      const { refusal, notes, ...same } = run
      expect([status, notes]).toEqual([200, []])
      expect(refusal === null).toBe(command !== 'bulk-unassign')
      expect(same).toEqual({ ...document, run: { ...document.run, ...anyTimes }, failure: null })
    },
  )

  test('a list of which most rows match no user proposes another column, as the command line does', async () => {
    const { page } = await openTeamPage()
    const { id } = await sendList(page, 'username,Contact\nA. L.,ada@example.com\nB. B.,bob@example.com\n')
    const [, run] = await runList(page, id, {})
    expect(run.notes).toEqual([
      'Most rows match no user. The column "Contact" holds addresses: add --column "Contact".',
    ])
  })

  test('a list of the page is pasted as cells with tabs between them', async () => {
    const { page } = await openTeamPage()
    const { id, delimiter } = await sendList(page, 'username\tteam\r\nada\tx\r\nBob\ty\r\n', {
      name: 'pasted cells.csv',
    })
    const [, run] = await runList(page, id, {})
    expect([delimiter, listOutcomes(run)]).toEqual([
      '\t',
      [
        [2, 'ada', 'already_assigned'],
        [3, 'Bob', 'assigned'],
      ],
    ])
  })
})

describe('a settled row', () => {
  test('a settled row counts as the chosen user and keeps its text; a row that is left out does not count', async () => {
    const { workdir, page } = await openTeamPage()
    const csv = 'username\nadaa\nBobby\ntypo\n'
    const { id } = await sendList(page, csv)
    const choices = { settled: [{ line: 3, user_id: 2 }], left_out: [4] }
    const [, run] = await runList(page, id, { ...choices, dry_run: false })
    expect(run.results.map(({ line, input, username, outcome }) => [line, input, username, outcome])).toEqual(
      [
        [2, 'adaa', null, 'user_not_found'],
        [3, 'Bobby', 'Bob', 'assigned'],
      ],
    )
    const shown = await workdir.inProcess.runExpecting(0, ['runs', 'show', '1'])
    expect(shown).toContain('bulk-assign --on-shortage fill\n')
    expect(shown).toMatch(/File: +people\.csv\n/)
    expect(shown).toMatch(/Settled: +line 3 as user 2\n/)
    expect(shown).toMatch(/Left out: +line 4\n/)
    expect(shown).toContain(createHash('sha256').update(csv).digest('hex'))
  })

  test('a settled row whose user is in the store no more does not quote its text as an id', async () => {
    const { page } = await openTeamPage()
    const { id } = await sendList(page, 'username\nBobby\n')
    const [, run] = await runList(page, id, { settled: [{ line: 2, user_id: 99 }] })
    expect(run.results).toMatchObject([
      { input: 'Bobby', outcome: 'user_not_found', message: 'GitLab no longer lists the user.' },
    ])
  })

  test.each([
    ['a list of usernames', 'username,team\nada,x\ntypo,y\ndora,x\n', 3, ''],
    ['a list of addresses', 'email\nada@example.com\ntwins@example.com\nbob@example.com\n', 3, ''],
    ['a list of ids and names', 'user_id,username,login\n2,Bob,\n3,eve,x\n1,ada,\n', 3, ''],
    ['a list of ids alone beside foreign ones', 'user_id;username\n1;Bob\n3;\n2;Bob\n', 3, ''],
    [
      'a list of full names',
      'User name,email\nAda Lovelace,ada@example.com\nT Two,twins@example.com\n',
      3,
      '',
    ],
    ['full names without another key', 'username\nAda Lovelace\nCarol Shaw\nDora Explorer\n', 3, ''],
    ['a chosen column', 'Who,username\nbob@example.com,x\ntypo,ada\n', 3, 'Who'],
    ['a list below titles', 'Our team\n\nusername,team\nada,x\ntypo,y\n', 5, ''],
    ['a list with comments', '# our list\nusername\n# ada\nada\ntypo\n', 5, ''],
    [
      'earlier rejects',
      'username,line,outcome,message\ntypo,7,user_not_found,Old.\nBob,8,user_not_found,Old.\n',
      2,
      '',
    ],
    ['cells that need care', 'username,note\ntypo,"=1+1"\n"Bob","a;b\n#c"\n', 2, ''],
  ])(
    'a settled row is read by the command line from the downloaded list: %s',
    async (_, csv, line, column) => {
      const { workdir, page } = await openTeamPage()
      const { id } = await sendList(page, csv)
      const reading = { columns: column === '' ? [] : [column], settled: [{ line, user_id: 3 }] }
      const [, run] = await runList(page, id, reading)
      const [status, { file }] = await page.send<ListFileDocument>(`/api/lists/${id}/settled`, reading)
      expect([status, file.name]).toEqual([200, 'people-settled.csv'])
      workdir.write(file.name, file.text)
      const options = column === '' ? [] : ['--column', column]
      const args = ['bulk-assign', file.name, '--dry-run', '--format', 'json', ...options]
      const typed = JSON.parse((await workdir.inProcess.run(args)).stdout) as RunDocument
      const read = ({ results }: RunDocument) => results.map(({ user_id, outcome }) => [user_id, outcome])
      expect(read(typed)).toEqual(read(run))
      expect(run.results.find((row) => row.line === line)).toMatchObject({ user_id: 3, outcome: 'assigned' })
    },
  )

  test('a settled row of a long list is read by the command line, too', async () => {
    const workdir = await openStoreOf(makeSnapshot(makeHolders(0, 1_500)))
    const page = await openPage(workdir.join('store.db'))
    const rows = Array.from(
      { length: 1_400 },
      (_, index) => `user${String(index + 1).padStart(3, '0')}@example.com`,
    )
    const { id } = await sendList(page, `email\n${rows.join('\n')}\nnone@example.com\n`)
    const settled = [{ line: 1_402, user_id: 1_450 }]
    const [, { file }] = await page.send<ListFileDocument>(`/api/lists/${id}/settled`, { settled })
    workdir.write(file.name, file.text)
    const args = ['bulk-assign', file.name, '--dry-run']
    const { summary, results } = await workdir.inProcess.runForJson<RunDocument>(0, args)
    expect([summary.outcomes, results.at(-1)?.user_id]).toEqual([{ assigned: 1_401 }, 1_450])
  })

  test('a settled row has candidates: matches of its cells, similar usernames, and users found by its text', async () => {
    const { page } = await openTeamPage()
    const { id } = await sendList(page, 'username\ntwins@example.com\nBobb\nTWIN-ONE extra\n')
    const read = async (line: number) => {
      const [, { users }] = (await page.read(`/api/lists/${id}/candidates?line=${line}`)) as [
        number,
        { users: { username: string; email: string; holds_seat: boolean }[] },
      ]
      return users.map(({ username }) => username)
    }
    expect([await read(2), await read(3), await read(4)]).toEqual([['twin-one', 'twin-two'], ['Bob'], []])
    expect(await page.read(`/api/lists/${id}/candidates?line=9`)).toMatchObject([400, { error: {} }])
  })

  test.each([
    ['line=abc', 'line'],
    ['line=0', 'line'],
    ['line=2&add_on=duo', 'add_on'],
  ])('candidates for %s are refused by the name of the parameter', async (query, name) => {
    const { page } = await openTeamPage()
    const { id } = await sendList(page, 'username\nada\n')
    expect(await page.read(`/api/lists/${id}/candidates?${query}`)).toMatchObject([
      400,
      { error: { message: expect.stringMatching(`^The parameter ${name} is malformed: `) } },
    ])
  })
})

test('a long run leaves out results that are alike, but no removal and no settled row', async () => {
  const workdir = await openStoreOf(makeSnapshot(makeHolders(1_500, 12_000)))
  const page = await openPage(workdir.join('store.db'))
  const { id } = await sendList(page, `${writeCrowd(12_000)}typo\n`)
  const choices = { settled: [{ line: 12_002, user_id: 11_999 }], left_out: [12_000] }
  type LongRun = ListRun & { omitted: object; digest: string }
  const run = async (body: object) => (await runList(page, id, body))[1] as LongRun
  const plan = await run(choices)
  expect([plan.summary.outcomes, plan.omitted, plan.results.length]).toEqual([
    { assigned: 10_500, already_assigned: 1_500 },
    { assigned: 9_499, already_assigned: 500 },
    2_001,
  ])
  expect(plan.results.at(-1)).toMatchObject({ line: 12_002, input: 'typo', user_id: 11_999 })
  expect((await run(choices)).digest).toBe(plan.digest)
  expect((await run({ ...choices, left_out: [11_999] })).digest).not.toBe(plan.digest)
  const taking = await run({ command: 'bulk-unassign', left_out: [12_002] })
  expect(taking.results.filter(({ outcome }) => outcome === 'unassigned')).toHaveLength(1_500)
})

describe('the rejects of a list', () => {
  test('the rejects of a list are those of --rejects, before a run and after it', async () => {
    const { workdir, page } = await openTeamPage(withFreeSeats(1))
    const csv = '\ufeffusername;note\nada;a\nBob;b\ntypo;=1+1\ndora;c\neve;d\n'
    workdir.write('people.csv', csv)
    const { id } = await sendList(page, csv)
    const order = { command: 'bulk-assign', add_on: null }
    await workdir.inProcess.run(['bulk-assign', 'people.csv', '--dry-run', '--rejects', 'dry.csv'])
    const [, dry] = await page.send<ListFileDocument>(`/api/lists/${id}/rejects`, { ...order, run_id: null })
    expect(dry.file).toEqual({ name: 'people-rejects.csv', text: workdir.read('dry.csv') })
    await workdir.inProcess.run(['bulk-assign', 'people.csv', '--rejects', 'done.csv'])
    const [, done] = await page.send<ListFileDocument>(`/api/lists/${id}/rejects`, { ...order, run_id: 1 })
    expect(done.file.text).toBe(workdir.read('done.csv'))
    expect(done.file.text).toContain(";'=1+1;")
  })

  test('the rejects of a list of a run that has not finished are refused', async () => {
    const { workdir, page } = await openTeamPage()
    const { id } = await sendList(page, 'username\ntypo\n')
    const database = new Database(workdir.join('store.db'))
    database.exec(`
      INSERT INTO runs (command, add_on_purchase_id, options, source, actor, host, pid, started_at)
      VALUES ('bulk-assign', 1, '{}', 'lost.csv', 'ann', 'elsewhere', 1, '2026-03-02T09:00:00.000Z')
    `)
    database.close()
    const body = { command: 'bulk-assign', add_on: null, run_id: 1 }
    const [status, document] = await page.send<{ error: object }>(`/api/lists/${id}/rejects`, body)
    expect([status, document.error]).toMatchObject([
      400,
      { code: 'usage', message: 'Run 1 has not finished.' },
    ])
  })

  test.each([
    ['shorter', 'username\nbob\n'],
    ['longer', 'username\nada\nBob\ntypo\n'],
  ])('the rejects of a list of a run of a %s list are refused', async (_, otherList) => {
    const { workdir, page } = await openTeamPage(withFreeSeats(1))
    workdir.write('other.csv', otherList)
    await workdir.inProcess.run(['bulk-assign', 'other.csv'])
    const { id } = await sendList(page, 'username\ntypo\ndora\n')
    const body = { command: 'bulk-assign', add_on: null, run_id: 1 }
    expect(await page.send(`/api/lists/${id}/rejects`, body)).toMatchObject([
      400,
      { error: { code: 'usage', message: 'Run 1 is a run of another list.' } },
    ])
  })

  test('the rejects of a list contain the rows that were left out, also after a run, and the command line reads them', async () => {
    const { workdir, page } = await openTeamPage()
    const csv = 'Bob\ntypo\ndora\ntwins@example.com\n'
    const { id } = await sendList(page, csv)
    const list = { command: 'bulk-assign', add_on: null, header: false, left_out: [4, 2] }
    const left_out_rows = [
      { line: 4, outcome: 'ambiguous_user', message: 'Two users.' },
      { line: 2, outcome: 'user_not_found', message: '=No user.' },
      { line: 1, outcome: 'user_not_found', message: 'This row was not left out.' },
    ]
    const ask = (run_id: number | null) =>
      page.send<ListFileDocument>(`/api/lists/${id}/rejects`, { ...list, left_out_rows, run_id })
    const text = `\
typo,2,user_not_found,Left out on the page. =No user.
dora,3,invalid_user_membership,The user is blocked.
twins@example.com,4,ambiguous_user,Left out on the page. Two users.
`
    expect(await ask(null)).toMatchObject([200, { file: { text } }])
    await runList(page, id, { header: false, left_out: [2, 4], dry_run: false })
    expect(await ask(1)).toMatchObject([200, { file: { text } }])
    workdir.write('rejects.csv', text)
    const args = ['bulk-assign', 'rejects.csv', '--no-header', '--dry-run']
    const { results } = await workdir.inProcess.runForJson<RunDocument>(3, args)
    expect(results.map(({ input }) => input)).toEqual(['typo', 'dora', 'twins@example.com'])
  })
})

describe('the caps of a list', () => {
  test('more removals than a tenth need their number, and a list that is not clear removes nothing', async () => {
    const workdir = await openStoreOf(makeSnapshot(makeHolders(12, 15)))
    const page = await openPage(workdir.join('store.db'))
    const { id } = await sendList(page, 'username\nuser001\nuser013\ntypo\n')
    const [, plan] = await runList(page, id, { command: 'apply' })
    expect(plan.refusal).toMatchObject({
      code: 'unknown_users',
      message: expect.stringContaining('1 row of the list does not match exactly one user.'),
    })
    const left = { command: 'apply', left_out: [4] }
    const [, capped] = await runList(page, id, left)
    expect(capped.refusal).toMatchObject({ code: 'too_many_removals' })
    const removals = capped.results.flatMap(({ outcome, user_id }) =>
      outcome === 'unassigned' ? user_id : [],
    )
    const agreed = { ...left, dry_run: false, agreed_removals: removals }
    expect(await runList(page, id, agreed)).toMatchObject([409, { error: { code: 'refused' } }])
    const [status, run] = await runList(page, id, { ...agreed, max_removals: 11 })
    expect([status, run.summary.outcomes]).toEqual([
      200,
      { assigned: 1, unassigned: 11, already_assigned: 1 },
    ])
  })

  test('removals that were not agreed to are refused', async () => {
    const { page } = await openTeamPage(withSeats(4))
    const { id } = await sendList(page, 'username\nada\nBob\n')
    const take = { command: 'bulk-unassign', dry_run: false, max_removals: 2 }
    expect(await runList(page, id, take)).toMatchObject([400, { error: { code: 'usage' } }])
    expect(await runList(page, id, { ...take, agreed_removals: [1] })).toMatchObject([409, {}])
    expect(await runList(page, id, { ...take, agreed_removals: [1, 2] })).toMatchObject([200, {}])
  })

  test('too few seats fill the list in its order, or are refused', async () => {
    const { page } = await openTeamPage(withFreeSeats(1))
    const { id } = await sendList(page, 'username\nBob\ncarol\n')
    const [, fill] = await runList(page, id, {})
    expect([fill.refusal, fill.summary.outcomes]).toEqual([null, { assigned: 1, no_seats_available: 1 }])
    const [, fail] = await runList(page, id, { on_shortage: 'fail' })
    expect(fail.refusal).toMatchObject({ code: 'too_few_seats' })
    expect(await runList(page, id, { on_shortage: 'fail', dry_run: false })).toMatchObject([409, {}])
  })
})

describe('lists on the server', () => {
  test('lists on the server are few: the one used longest ago is gone, and others do not exist', async () => {
    const { page } = await openTeamPage()
    const lists = []
    for (let number = 0; number < 6; number += 1) lists.push(await sendList(page, 'username\nada\n'))
    await page.read(`/api/lists/${lists[0]?.id}`)
    lists.push(await sendList(page, 'username\nBob\n'))
    const statuses = []
    for (const { id } of lists) statuses.push((await runList(page, id, {}))[0])
    expect(statuses).toEqual([200, 404, 200, 200, 200, 200, 200])
    expect(await page.read('/api/lists/abcdefghijklmnop')).toMatchObject([
      404,
      { error: { code: 'list_gone' } },
    ])
  })

  test('lists on the server are at most 32 MiB long', async () => {
    const { page } = await openTeamPage()
    const body = Buffer.alloc(32 * 1024 * 1024 + 1, 'a\n')
    const response = await page.fetch('/api/lists?name=x.csv', { method: 'POST', body })
    expect([response.status, await response.json()]).toMatchObject([413, { error: { code: 'too_large' } }])
  })

  test('lists on the server are not taken by a page that is read-only', async () => {
    const workdir = await openTeam()
    const page = await openPage(workdir.join('store.db'), { isReadOnly: true })
    const response = await page.fetch('/api/lists?name=x.csv', { method: 'POST', body: 'username\nada\n' })
    expect(response.status).toBe(403)
  })

  test('lists on the server take names without a path, and bodies of the right form only', async () => {
    const { page } = await openTeamPage()
    const names = ['../../etc/passwd', 'C:\\lists\\a.csv', '-', '']
    const lists = await Promise.all(names.map((name) => sendList(page, 'username\nada\n', { name })))
    expect(lists.map(({ name }) => name)).toEqual(['passwd', 'a.csv', 'list.csv', 'list.csv'])
    const id = lists[0]?.id ?? ''
    const bodies = [{ command: 'reclaim' }, { settled: [{ line: 0, user_id: 1 }] }, { force: true }]
    for (const body of bodies) expect((await runList(page, id, body))[0]).toBe(400)
  })
})

test.each(['atlassian-users.csv', 'okta-users.csv', 'slack-members.csv'])(
  'an export is read as it is: %s',
  async (name) => {
    const { page } = await openTeamPage()
    const list = await sendList(page, readFileSync(join(fixtures, 'exports', name)))
    expect(list).toMatchObject({ problem: null, rows: expect.any(Number) })
  },
)
