import { createHash } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeUser } from '../support/make-snapshot.ts'
import { shareStore } from '../support/open-after.ts'
import { showInProcess } from '../support/run-at-terminal.ts'
import type { ResultRow, RunDocument } from '../support/run-document.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { runMain } from '../support/run-main.ts'
import { makeTeamSnapshot, openTeam } from '../support/sample-team.ts'
import { syncStore } from '../support/sync-store.ts'
import { Workdir } from '../support/workdir.ts'

interface RunRow {
  id: number
  command: string
  state: string
  rows: number
  outcomes: Record<string, number>
  [key: string]: unknown
}

interface RunsDocument {
  schema: number
  user: { user_id: number; username: string } | null
  runs: RunRow[]
}

const atNine = { env: frozenClock }
const who = { actor: findUserName(), host: hostname() }
const list = 'username\nbob\nBOB\ndora\nnobody\n'

/** A container may run under a user id without a name. */
function findUserName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.()}`
  }
}

/** Opens a store with three runs: an assign, a bulk-assign in a CI job, and a refused assign. */
const openHistory = shareStore(async () => {
  const workdir = await openTeam({ add_on_purchases: [makePurchase({ quantity: 3 })] })
  workdir.write('people.csv', list)
  await workdir.inProcess.runExpecting(0, ['assign', 'carol'], atNine)
  const ciJob = {
    env: { ...frozenClock, CI_JOB_URL: 'https://gitlab.example.com/jobs/7', GITLAB_USER_LOGIN: 'carol' },
  }
  await workdir.inProcess.runExpecting(3, ['bulk-assign', 'people.csv'], ciJob)
  await workdir.inProcess.runExpecting(5, ['assign', 'eve', '--on-shortage', 'fail'], atNine)
  return workdir
})

/** Inserts a run as a killed process leaves it. */
function leaveRun(
  workdir: Workdir,
  { pid = 999_999_999, startedAt = frozenNow, host = who.host } = {},
): void {
  const database = new Database(workdir.join('store.db'))
  database
    .prepare(`
      INSERT INTO runs (command, add_on_purchase_id, options, source, actor, host, pid, started_at)
      VALUES ('bulk-assign', 1, '{}', 'lost.csv', 'ann', ?, ?, ?)
    `)
    .run(host, pid, startedAt)
  database.close()
}

async function listIds(workdir: Workdir, ...args: string[]): Promise<number[]> {
  const { runs } = await workdir.inProcess.runForJson<RunsDocument>(0, ['runs', ...args], atNine)
  return runs.map(({ id }) => id)
}

const times = { started_at: frozenNow, finished_at: frozenNow }

const bulkRun = {
  id: 2,
  command: 'bulk-assign',
  add_on: 'duo-pro',
  options: { add_on: null, on_shortage: 'fill', max_removals: null },
  source: 'people.csv',
  source_sha256: createHash('sha256').update(list).digest('hex'),
  ...who,
  ci_job_url: 'https://gitlab.example.com/jobs/7',
  ci_user: 'carol',
  gitlab_user_id: null,
  gitlab_username: null,
  ...times,
  state: 'finished',
}

const bulkCounts = {
  rows: 4,
  outcomes: { assigned: 1, duplicate: 1, user_not_found: 1, invalid_user_membership: 1 },
}

const assignRun = {
  ...bulkRun,
  id: 1,
  command: 'assign',
  source: null,
  source_sha256: null,
  ci_job_url: null,
  ci_user: null,
}

const refusedRun = {
  ...assignRun,
  id: 3,
  options: { add_on: null, on_shortage: 'fail', max_removals: null },
  state: 'refused',
}

describe('runs', () => {
  test('runs --format json prints every fact of every run, the newest first', async () => {
    const workdir = await openHistory()
    expect(await workdir.inProcess.runForJson<RunsDocument>(0, ['runs'])).toEqual({
      schema: 1,
      user: null,
      runs: [
        { ...refusedRun, rows: 1, outcomes: { no_seats_available: 1 } },
        { ...bulkRun, ...bulkCounts },
        { ...assignRun, rows: 1, outcomes: { assigned: 1 } },
      ],
    })
  })

  test('runs prints a table with local times and ages', async () => {
    const workdir = await openHistory()
    const stdout = await workdir.inProcess.runExpecting(0, ['runs'], atNine)
    const whoCell = `${who.actor} on ${who.host}`
    const pad = (text: string) => text.padEnd(whoCell.length)
    expect(stdout.split('\n')).toEqual([
      `RUN  STARTED                  AGE       STATE     ${pad('WHO')}  COMMAND      FILE        ADD-ON   ROWS  OUTCOMES`,
      `3    2026-03-02 23:00 +14:00  just now  refused   ${whoCell}  assign                   duo-pro  1     1 no_seats_available`,
      `2    2026-03-02 23:00 +14:00  just now  finished  ${whoCell}  bulk-assign  people.csv  duo-pro  4     1 assigned, 1 duplicate, 1 user_not_found, 1 invalid_user_membership`,
      `1    2026-03-02 23:00 +14:00  just now  finished  ${whoCell}  assign                   duo-pro  1     1 assigned`,
      '',
      '3 runs. "duo-seats runs show NUMBER" shows every result of one.',
      '',
    ])
  })

  test('runs at 60 columns keeps the state and the age, and no number stands apart from its word', async () => {
    const { stdout } = await showInProcess(await openHistory(), ['runs'], frozenClock, 60)
    expect(stdout.split('\r\n').slice(0, 8)).toEqual([
      'RUN  AGE       STATE     COMMAND      OUTCOMES',
      '3    just now  refused   assign       1 no_seats_available',
      '2    just now  finished  bulk-assign  1 assigned,',
      '                                      1 duplicate,',
      '                                      1 user_not_found,',
      '                                      1 invalid_user_members',
      '                                      hip',
      '1    just now  finished  assign       1 assigned',
    ])
  })

  test('runs prints the same as ndjson and csv, with objects as JSON in a cell', async () => {
    const workdir = await openHistory()
    const { runs } = await workdir.inProcess.runForJson<RunsDocument>(0, ['runs'])
    const ndjson = await workdir.inProcess.runExpecting(0, ['runs', '--format', 'ndjson'])
    expect(
      ndjson
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual(runs)
    const csv = await workdir.inProcess.runExpecting(0, ['runs', '--format', 'csv', '--limit', '1'])
    expect(csv.split('\n')).toEqual([
      'id,command,add_on,options,source,source_sha256,actor,host,ci_job_url,started_at,finished_at,state,rows,outcomes,ci_user,gitlab_user_id,gitlab_username',
      `3,assign,duo-pro,"{""add_on"":null,""on_shortage"":""fail"",""max_removals"":null}",,,${who.actor},${who.host},,${frozenNow},${frozenNow},refused,1,"{""no_seats_available"":1}",,,`,
      '',
    ])
  })

  test('runs of a store without runs is not a failure, and prints nothing with --quiet', async () => {
    const workdir = await openTeam()
    expect(await workdir.inProcess.run(['runs'])).toEqual({ code: 0, stdout: '0 runs.\n', stderr: '' })
    expect(await workdir.inProcess.runForJson(0, ['runs'])).toEqual({ schema: 1, user: null, runs: [] })
    expect(await workdir.inProcess.run(['runs', '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('runs does not print dry runs', async () => {
    const workdir = await openTeam()
    await workdir.inProcess.runExpecting(0, ['assign', 'bob', '--dry-run'])
    expect(await listIds(workdir)).toEqual([])
  })

  test('runs --limit prints the newest runs only', async () => {
    const workdir = await openHistory()
    expect(await listIds(workdir, '--limit', '2')).toEqual([3, 2])
  })

  test.each<[string, number[]]>([
    ['2026-03-02', [3, 2, 1]],
    [frozenNow, [3, 2, 1]],
    ['2026-03-02T09:00:01Z', []],
    ['7d', [4, 3, 2, 1]],
    ['1h', [3, 2, 1]],
    ['2026-02-28', [4, 3, 2, 1]],
    ['2027-01-01', []],
  ])('runs --since %s prints the runs %j', async (since, ids) => {
    const workdir = await openHistory()
    leaveRun(workdir, { startedAt: '2026-02-28T09:00:00.000Z' })
    expect(await listIds(workdir, '--since', since)).toEqual(ids)
  })
})

describe('a run that has not finished', () => {
  test('runs prints a run as cut off, without results, when its process is gone', async () => {
    const workdir = await openTeam()
    leaveRun(workdir)
    const run = {
      ...bulkRun,
      id: 1,
      options: {},
      source: 'lost.csv',
      source_sha256: null,
      actor: 'ann',
      ci_job_url: null,
      ci_user: null,
      finished_at: null,
      state: 'cut_off',
    }
    const { runs } = await workdir.inProcess.runForJson<RunsDocument>(0, ['runs'])
    expect(runs).toEqual([{ ...run, rows: 0, outcomes: {} }])
    expect(await workdir.inProcess.runForJson(0, ['runs', 'show', '1'])).toEqual({
      schema: 1,
      run: { ...run, dry_run: false },
      summary: null,
      results: [],
    })
    const table = await workdir.inProcess.runExpecting(0, ['runs', 'show', '1'], atNine)
    expect(table).toBe(
      `Run 1\nCommand:   bulk-assign\nAdd-on:    GitLab Duo Pro\nFile:      lost.csv\nWho:       ann on ${who.host}\n` +
        `Started:   2026-03-02 23:00:00 +14:00 (just now)\nState:     cut off: it changed nothing\n`,
    )
    expect(await workdir.inProcess.runExpecting(0, ['runs', 'show', '1', '--format', 'csv'])).toBe(
      'line,input,username,user_id,outcome,success,reason,message,suggestions\n',
    )
  })

  test('runs prints a run as running while its process exists', async () => {
    const workdir = await openTeam()
    leaveRun(workdir, { pid: process.pid })
    leaveRun(workdir, { pid: process.pid, host: 'elsewhere' })
    const { runs } = await workdir.runForJson<RunsDocument>(0, ['runs'])
    expect(runs.map(({ state }) => state)).toEqual(['cut_off', 'running'])
  })
})

describe('runs show', () => {
  test('runs show prints the document of the run again, with the facts that were recorded', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', list)
    const printed = await workdir.runForJson<RunDocument>(3, ['bulk-assign', 'people.csv'], atNine)
    expect(await workdir.runForJson<RunDocument>(0, ['runs', 'show', '1'])).toEqual({
      ...printed,
      run: { ...bulkRun, id: 1, ci_job_url: null, ci_user: null, dry_run: false },
    })
  })

  test.each(['table', 'csv', 'ndjson'])('runs show prints the %s of the run again', async (format) => {
    const workdir = await openTeam({ add_on_purchases: [makePurchase({ quantity: 2 })] })
    workdir.write('people.csv', `${list}carol\neve\n`)
    const printed = await workdir.inProcess.runExpecting(3, ['bulk-assign', 'people.csv', '--format', format])
    const shown = await workdir.inProcess.runExpecting(0, ['runs', 'show', '1', '--format', format])
    expect(format === 'table' ? shown.slice(shown.indexOf('\n\n') + 2) : shown).toBe(printed)
    expect(shown.startsWith('Run 1\n')).toBe(format === 'table')
  })

  test('runs shows the add-on at the time of the run, and undo uses the add-on of today', async () => {
    const workdir = await openTeam()
    await workdir.inProcess.runExpecting(0, ['assign', 'bob'], atNine)
    const replaced = { add_on_purchases: [makePurchase({ add_on: 'duo-enterprise', quantity: 4 })] }
    await syncStore(workdir, makeTeamSnapshot({ ...replaced, taken_at: '2026-03-02T08:30:00Z' }))
    await workdir.inProcess.runExpecting(0, ['assign', 'carol'], atNine)
    const { runs } = await workdir.inProcess.runForJson<{ runs: { add_on: string }[] }>(0, ['runs'])
    expect(runs.map(({ add_on }) => add_on)).toEqual(['duo-enterprise', 'duo-pro'])
    expect(await workdir.inProcess.runExpecting(0, ['runs', 'show', '1'])).toContain(
      '\nAdd-on:    GitLab Duo Pro\n',
    )
    const { run, summary } = await workdir.inProcess.runForJson<RunDocument>(0, ['undo', '1'], atNine)
    expect([run.add_on, summary.outcomes]).toEqual(['duo-enterprise', { unassigned: 1 }])
  })

  test('runs show prints the shortage of a refused run', async () => {
    const workdir = await openTeam({ add_on_purchases: [makePurchase({ quantity: 2 })] })
    const command = ['assign', 'bob', 'carol', 'eve', '--on-shortage', 'fail']
    const printed = await workdir.inProcess.runExpecting(5, command, atNine)
    expect(await workdir.inProcess.runExpecting(0, ['runs', 'show', '1'], atNine)).toBe(
      `Run 1\nCommand:   assign --on-shortage fail\nAdd-on:    GitLab Duo Pro\nWho:       ${who.actor} on ${who.host}\n` +
        `Started:   2026-03-02 23:00:00 +14:00 (just now)\nFinished:  2026-03-02 23:00:00 +14:00\nState:     refused as a whole: nothing was written\n\n${printed}`,
    )
    const { runs } = await workdir.inProcess.runForJson<{ runs: { message: string }[] }>(0, [
      'runs',
      '--user',
      'eve',
    ])
    expect(runs.map(({ message }) => message)).toEqual(['Not assigned: 3 seats needed, 1 free.'])
  })

  test('runs accepts --format before the word show as well', async () => {
    const workdir = await openHistory()
    const after = await workdir.inProcess.runExpecting(0, ['runs', 'show', '2', '--format', 'csv'])
    expect(await workdir.inProcess.runExpecting(0, ['runs', '--format', 'csv', 'show', '2'])).toBe(after)
    expect(after).toMatch(/^line,input,/)
  })

  test('runs show rejects an unknown number with a hint', async () => {
    const workdir = await openTeam()
    expect(await workdir.inProcess.run(['runs', 'show', '12'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: Run 12 does not exist.\nhint: To list the runs: duo-seats runs\n',
    })
  })

  test.each([
    ['--outcome no_seats_available', [3]],
    ['--outcome assigned', [2, 1]],
    ['--outcome assigned --user bob', [2]],
    [`--actor ${who.actor}`, [3, 2, 1]],
    ['--actor unknown-actor', []],
    ['--since 2026-03 --until 2026-03', [3, 2, 1]],
    ['--until 2026-02', []],
    ['--until 2026-03-02', [3, 2, 1]],
    ['--json', [3, 2, 1]],
  ])('runs %s lists the runs %j', async (options, ids) => {
    const workdir = await openHistory()
    const document = JSON.parse(
      await workdir.inProcess.runExpecting(0, ['runs', ...options.split(' '), '--format', 'json'], atNine),
    ) as RunsDocument
    expect(document.runs.map(({ id }) => id)).toEqual(ids)
  })

  test('runs show last and undo last take the last finished run', async () => {
    const workdir = await openHistory()
    leaveRun(workdir)
    expect(await workdir.inProcess.runExpecting(0, ['runs', 'show', 'last'])).toMatch(/^Run 2\n/)
    const undone = ['undo', 'last', '--dry-run', '--format', 'json']
    const { results } = JSON.parse(await workdir.inProcess.runExpecting(0, undone, atNine)) as RunDocument
    expect(results.map(({ username, outcome }) => [username, outcome])).toEqual([['Bob', 'unassigned']])
    const empty = await openTeam()
    const { code, stderr } = await empty.inProcess.run(['undo', 'last'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('The store has no finished run.')])
  })

  test.each([
    ['runs show', "missing required argument 'number'"],
    ['runs show x', 'It takes the number of a run, or "last".'],
    ['runs show 1 2', "too many arguments for 'show'"],
    ['runs show 1 --limit 2', 'option \'--limit\' cannot be used with "runs show"'],
    ['runs --since 7d show 1', 'option \'--since\' cannot be used with "runs show"'],
    ['runs 1', "too many arguments for 'runs'"],
    ['runs --since tomorrow', 'It takes a day such as 2026-03-01'],
  ])('%s is rejected', async (args, sentence) => {
    const { code, stdout, stderr } = await runMain(args.split(' '))
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(sentence)
  })

  test('runs show names users who are gone', async () => {
    const workdir = await openTeam()
    await workdir.inProcess.runExpecting(0, ['assign', 'bob', 'carol'], atNine)
    await syncStore(workdir, makeTeamSnapshot({ users: [makeUser(1, 'ada')] }))
    const { results } = await workdir.inProcess.runForJson<RunDocument>(0, ['runs', 'show', '1'])
    expect(results.map(({ username, user_id }) => [username, user_id])).toEqual([
      ['Bob', 2],
      ['carol', 3],
    ])
  })
})

describe('runs --user', () => {
  test('runs --user prints the first result of one user in each run', async () => {
    const workdir = await openHistory()
    const { user, runs } = await workdir.inProcess.runForJson<RunsDocument>(0, ['runs', '--user', 'bob'])
    expect(user).toEqual({ user_id: 2, username: 'Bob' })
    const result: ResultRow = {
      line: 2,
      input: 'bob',
      username: 'Bob',
      user_id: 2,
      outcome: 'assigned',
      success: true,
      reason: null,
      message: 'Seat assigned.',
      suggestions: [],
      pushed: null,
    }
    expect(runs).toEqual([{ ...bulkRun, ...bulkCounts, ...result }])
    const table = await workdir.inProcess.runExpecting(0, ['runs', '--user', 'bob'])
    expect(table.split('\n')[0]).toMatch(/ADD-ON {3}OUTCOME {5}MESSAGE$/)
    expect(table).toContain('duo-pro  ✓ assigned  Seat assigned.\n\n1 run about @Bob. ')
    const csv = await workdir.inProcess.runExpecting(0, ['runs', '--user', 'bob', '--format', 'csv'])
    expect(csv).toMatch(
      /,rows,outcomes,ci_user,gitlab_user_id,gitlab_username,line,input,username,user_id,outcome,success,reason,message,suggestions,pushed\n2,/,
    )
  })

  test.each(['carol', '@Carol', 'CAROL@example.com', '3', 'gid://gitlab/User/3', ' carol ', ' 3 '])(
    'runs --user finds the user by %s',
    async (name) => {
      expect(await listIds(await openHistory(), '--user', name)).toEqual([1])
    },
  )

  test('runs --user applies --limit and --since to the runs of the user', async () => {
    const workdir = await openTeam()
    for (const name of ['bob', 'carol', 'bob', 'bob', 'carol'])
      await workdir.inProcess.runExpecting(0, ['assign', name], atNine)
    expect(await listIds(workdir, '--user', 'bob')).toEqual([4, 3, 1])
    expect(await listIds(workdir, '--user', 'bob', '--limit', '2')).toEqual([4, 3])
    expect(await listIds(workdir, '--user', 'bob', '--since', '2026-03-03')).toEqual([])
  })

  test('runs --user finds a user who is gone, unless another user has the name now', async () => {
    const workdir = await openTeam()
    await workdir.inProcess.runExpecting(0, ['assign', 'bob', 'carol'], atNine)
    await syncStore(workdir, makeTeamSnapshot({ users: [makeUser(1, 'ada'), makeUser(30, 'carol')] }))
    expect(await listIds(workdir, '--user', 'bob')).toEqual([1])
    expect(await listIds(workdir, '--user', 'carol')).toEqual([])
    expect(await listIds(workdir, '--user', '3')).toEqual([1])
    expect(await workdir.inProcess.runExpecting(0, ['runs', '--user', 'carol'])).toBe(
      '0 runs about @carol.\n',
    )
  })

  test('runs --user finds a user by a former username, and prefers the user who has the name today', async () => {
    const workdir = await openTeam()
    await workdir.inProcess.runExpecting(0, ['assign', 'bob'], atNine)
    await workdir.inProcess.runExpecting(0, ['assign', 'carol'], atNine)
    const renamed = [makeUser(1, 'ada'), makeUser(2, 'robert'), makeUser(3, 'carol')]
    await syncStore(workdir, makeTeamSnapshot({ users: renamed }))
    expect(await listIds(workdir, '--user', 'bob')).toEqual([1])
    expect(await listIds(workdir, '--user', 'robert')).toEqual([1])
    const successor = [makeUser(1, 'ada'), makeUser(2, 'robert'), makeUser(3, 'Bob')]
    await syncStore(workdir, makeTeamSnapshot({ users: successor }))
    const { user } = await workdir.inProcess.runForJson<RunsDocument>(0, ['runs', '--user', 'bob'])
    expect(user).toEqual({ user_id: 3, username: 'Bob' })
    expect(await listIds(workdir, '--user', 'bob')).toEqual([2])
  })

  test('runs --user rejects a name that matches no user or several users', async () => {
    const workdir = await openTeam()
    expect(await workdir.inProcess.run(['runs', '--user', 'nobody'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: The store has no user with the name, email address or id "nobody".\n' +
        'hint: To search: duo-seats list --all --search TEXT\n',
    })
    expect(await workdir.inProcess.run(['runs', '--user', 'twins@example.com'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: "twins@example.com" matches more than one user: @twin-one (7) and @twin-two (8).\n' +
        'hint: Use the user id.\n',
    })
    expect((await workdir.inProcess.run(['runs', '--user', ' '])).code).toBe(2)
  })
})

test.each(['runs', 'runs show 1'])('%s of an empty store prints the error of list', async (command) => {
  const workdir = new Workdir()
  const missing = await workdir.inProcess.run(['list'])
  expect(await workdir.inProcess.run(command.split(' '))).toEqual(missing)
  const linked = await openLinkedTeam()
  const database = new Database(linked.workdir.join('store.db'))
  database.exec('DELETE FROM subscription')
  database.close()
  const empty = await linked.inProcess.run(['list'])
  expect(empty.stderr).toContain('The store is empty')
  expect(await linked.inProcess.run(command.split(' '))).toEqual(empty)
})

test('runs show prints in a linked store whether results were pushed, also after unlink', async () => {
  const team = await openLinkedTeam()
  const printed = await team.inProcess.runForJson(0, ['assign', 'bob'])
  const staged = await team.inProcess.runForJson(0, ['assign', 'carol', '--no-push'])
  const readResults = async (id: string) => (await team.inProcess.runForJson(0, ['runs', 'show', id])).results
  expect(await readResults('1')).toEqual(printed.results)
  expect(await readResults('2')).toEqual(staged.results)
  await team.inProcess.runForJson(0, ['sync'])
  expect(await readResults('2')).toMatchObject([{ outcome: 'assigned', pushed: 'confirmed' }])
  await team.inProcess.run(['unlink'])
  expect(await readResults('1')).toEqual(printed.results)
})

test('runs escapes control characters', async () => {
  const workdir = await openTeam()
  leaveRun(workdir, { host: '\u001b[31mred' })
  for (const command of ['runs', 'runs show 1', 'runs --format json', 'runs --format csv'])
    expect(await workdir.inProcess.runExpecting(0, command.split(' '))).not.toContain('\u001b')
})

test('runs ends with 0 when the reader closes the pipe', async () => {
  const workdir = await openTeam()
  const database = new Database(workdir.join('store.db'))
  database.exec(`
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000)
    INSERT INTO runs (command, add_on_purchase_id, options, actor, host, pid, started_at, finished_at)
    SELECT 'assign', 1, '{}', 'ann', 'x', 1, '${frozenNow}', '${frozenNow}' FROM numbers
  `)
  database.close()
  const { code, stdout, stderr } = await runInShell(workdir, 'duo-seats runs --format ndjson | head -n 1')
  expect([code, stderr, stdout.split('\n').length]).toEqual([0, '', 2])
})
