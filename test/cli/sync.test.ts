import { readdirSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { frozenClock } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { readStore } from '../support/read-store.ts'
import type { RunDocument } from '../support/run-document.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { openTeam } from '../support/sample-team.ts'
import { listSeats, runSync, syncForChanges, syncStore } from '../support/sync-store.ts'
import { collectWithProgress, Workdir } from '../support/workdir.ts'

const people = [makeUser(7, 'ada'), makeUser(8, 'bob'), makeUser(9, 'cleo')]
const later = '2026-03-02T10:00:00Z'

describe('a first sync', () => {
  const snapshot = makeSnapshot({ users: people.slice(0, 2), seats: [makeSeat(8)] })
  const purchase = '2 seats of GitLab Duo Pro from 2026-01-01 to 2099-01-01'
  const rows = [
    { change: 'user_added', add_on: null, username: 'ada', user_id: 7, message: 'The user is new.' },
    { change: 'user_added', add_on: null, username: 'bob', user_id: 8, message: 'The user is new.' },
    {
      change: 'add_on_purchase_added',
      add_on: 'duo-pro',
      username: null,
      user_id: null,
      after: purchase,
      message: `The purchase is new: ${purchase}.`,
    },
    {
      change: 'seat_gained',
      add_on: 'duo-pro',
      username: 'bob',
      user_id: 8,
      message: 'The user has a GitLab Duo Pro seat now.',
    },
  ].map((row) => ({ before: null, after: null, ...row }))

  test('sync prints a summary', async () => {
    const workdir = new Workdir()
    workdir.write('snapshot.json', snapshot)
    expect(await workdir.run(['sync', '--from', 'snapshot.json'], { env: frozenClock })).toEqual({
      code: 0,
      stdout: [
        'https://gitlab.example.com',
        'Taken at 2026-03-02 22:00 +14:00 (1 h ago), plan ultimate, GitLab 17.11.2',
        '',
        'Users: 2 new.',
        `New purchase: ${purchase}.`,
        'GitLab Duo Pro: 1 seat gained: @bob.',
        '',
        '2 users. GitLab Duo Pro: 1 of 2 seats held. 4 changes.',
        '',
      ].join('\n'),
      stderr: '',
    })
  })

  test('sync --format json prints one document', async () => {
    const { code, stdout, stderr } = await runSync(new Workdir(), snapshot, ['--format', 'json'])
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual({
      schema: 1,
      snapshot: { ...snapshot.subscription, taken_at: '2026-03-02T08:00:00.000Z' },
      summary: {
        user_added: 2,
        user_changed: 0,
        user_gone: 0,
        add_on_purchase_added: 1,
        add_on_purchase_changed: 0,
        add_on_purchase_gone: 0,
        seat_refused: 0,
        seat_gained: 1,
        seat_lost: 0,
        seat_kept: 0,
        removal_kept: 0,
        holder_not_eligible: 0,
        removal_refused: 0,
        seats_exceeded: 0,
        activity_updated: 0,
      },
      pushed: null,
      emails: null,
      warnings: [],
      surplus: [],
      changes: rows,
    })
  })

  test('sync --format ndjson prints a change a line', async () => {
    const { code, stdout } = await runSync(new Workdir(), snapshot, ['--format', 'ndjson'])
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n').map(parse)).toEqual(rows)
  })

  test('sync --format csv prints a header and a change a line', async () => {
    const { code, stdout } = await runSync(new Workdir(), snapshot, ['--format', 'csv'])
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([
      'change,add_on,username,user_id,before,after,message',
      'user_added,,ada,7,,,The user is new.',
      'user_added,,bob,8,,,The user is new.',
      `add_on_purchase_added,duo-pro,,,,${purchase},The purchase is new: ${purchase}.`,
      'seat_gained,duo-pro,bob,8,,,The user has a GitLab Duo Pro seat now.',
      '',
    ])
  })

  test('sync --quiet prints no summary, and a CSV as usual', async () => {
    const workdir = new Workdir()
    expect(await runSync(workdir, snapshot, ['--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' })
    const { stdout } = await runSync(workdir, snapshot, ['--quiet', '--format', 'csv'])
    expect(stdout).toBe('change,add_on,username,user_id,before,after,message\n')
  })

  test('sync creates the folder and the file of the store for its owner only', async () => {
    const workdir = new Workdir()
    await workdir.inProcess.runExpecting(0, [
      'sync',
      '--store',
      'a/b/acme.db',
      '--from',
      workdir.write('snapshot.json', snapshot),
    ])
    expect(statSync(workdir.join('a/b/acme.db')).mode & 0o777).toBe(0o600)
    expect(statSync(workdir.join('a/b')).mode & 0o777).toBe(0o700)
    expect(readdirSync(workdir.join('a/b'))).toEqual(['acme.db'])
  })

  test('sync --from - reads the snapshot from standard input', async () => {
    const workdir = new Workdir()
    await workdir.inProcess.runExpecting(0, ['sync', '--from', '-'], { stdin: JSON.stringify(snapshot) })
    expect(await listSeats(workdir)).toEqual({ bob: null })
  })

  test('sync --from reads the snapshot from a named pipe', async () => {
    const workdir = new Workdir()
    workdir.write('snapshot.json', snapshot)
    const { code, stderr } = await runInShell(workdir, 'duo-seats sync --from <(cat snapshot.json)')
    expect([code, stderr]).toEqual([0, ''])
    expect(await listSeats(workdir)).toEqual({ bob: null })
  })

  test('sync and list take :memory: as the name of a file', async () => {
    const workdir = new Workdir()
    const file = workdir.write('snapshot.json', snapshot)
    await workdir.inProcess.runExpecting(0, ['sync', '--from', file, '--store', ':memory:'])
    const stdout = await workdir.inProcess.runExpecting(0, ['list', '--store', ':memory:', '--format', 'csv'])
    expect(stdout.split('\n')[1]).toMatch(/^bob,8,/)
  })
})

function parse(line: string): unknown {
  return JSON.parse(line)
}

const gitlabCom = makeSnapshot({
  subscription: {
    offering: 'gitlab.com',
    url: 'https://gitlab.com',
    group: 'acme',
    plan: 'premium',
    gitlab_version: '19.0.0',
    last_sync_at: null,
  },
})

test('sync reports a holder on GitLab.com who is not a member as not eligible', async () => {
  const snapshot = { ...gitlabCom, users: [makeUser(7, 'ada', { member: false })], seats: [makeSeat(7)] }
  expect((await syncForChanges(new Workdir(), snapshot)).at(-1)).toEqual({
    change: 'holder_not_eligible',
    add_on: 'duo-pro',
    username: 'ada',
    user_id: 7,
    before: null,
    after: 'not_a_member',
    message:
      'The holder is not eligible. The user is not a member of the group, its subgroups or projects. GitLab removes the seat at its next refresh.',
  })
})

describe('a subscription that does not allow seats', () => {
  const { subscription } = makeSnapshot()
  const tier = 'GitLab Duo add-ons need Premium or Ultimate; this subscription is starter.'
  const version = 'Seats on Self-Managed need GitLab 16.8 or later; this is 16.7.9-ee.'

  test.each<[object, string[]]>([
    [{ plan: 'Starter' }, [tier]],
    [{ gitlab_version: '16.7.9-ee' }, [version]],
    [{ plan: 'starter', gitlab_version: '16.7.9-ee' }, [tier, version]],
    [{ plan: 'premium', gitlab_version: '16.8.0' }, []],
    [{ plan: 'ultimate', gitlab_version: '17.0.1-ee' }, []],
    [{ offering: 'gitlab.com', url: 'https://gitlab.com', group: 'a', gitlab_version: '16.7.9-ee' }, []],
  ])('sync prints the warnings of the subscription %j on stderr', async (facts, warnings) => {
    const workdir = new Workdir()
    const snapshot = makeSnapshot({ subscription: { ...subscription, ...facts } })
    const { code, stdout, stderr } = await runSync(workdir, snapshot, ['--format', 'json'])
    expect([code, stderr]).toEqual([0, warnings.map((warning) => `warning: ${warning}\n`).join('')])
    expect(JSON.parse(stdout)).toMatchObject({ warnings })
    expect(await runSync(workdir, snapshot, ['--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

test('sync names unknown keys of a snapshot once', async () => {
  const snapshot = {
    ...makeSnapshot({
      users: people.map((user) => ({ ...user, nickname: 'x' })),
      seats: [7, 8].map((id) => ({ ...makeSeat(id), colour: 'red' })),
    }),
    comment: 'x',
  }
  const { code, stderr } = await runSync(new Workdir(), snapshot)
  expect([code, stderr]).toEqual([0, 'Ignored in the snapshot: comment, users[].nickname, seats[].colour.\n'])
})

describe('a sync that cannot begin', () => {
  const noSource =
    'error: The store is not linked to a GitLab, so there is nothing to sync with.\n' +
    'hint: Link it with "duo-seats link URL", or use a snapshot: duo-seats sync --from snapshot.json\n'

  test('sync without --from and without a link says what to do', async () => {
    const workdir = await openTeam()
    expect(await workdir.inProcess.run(['sync'])).toEqual({ code: 2, stdout: '', stderr: noSource })
  })

  test('sync without a store reports that as every other command does, and creates no store', async () => {
    const workdir = new Workdir()
    const finished = await workdir.inProcess.run(['sync'])
    expect(finished).toEqual(await workdir.inProcess.run(['list']))
    const sentence = `The store ${workdir.join('store.db')} does not exist.`
    expect([finished.code, finished.stderr]).toEqual([1, expect.stringContaining(sentence)])
    expect(readdirSync(workdir.path)).toEqual([])
  })

  test('sync --format json without a link prints the error as a document', async () => {
    const { code, stdout } = await (await openTeam()).inProcess.run(['sync', '--format', 'json'])
    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      {
        schema: 1,
        error: {
          code: 'usage',
          message: 'The store is not linked to a GitLab, so there is nothing to sync with.',
          hint: 'Link it with "duo-seats link URL", or use a snapshot: duo-seats sync --from snapshot.json',
        },
      },
    ])
  })

  test('sync rejects a malformed snapshot with all of its faults, and leaves the store unchanged', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, makeSnapshot({ users: people, seats: [makeSeat(7)] }))
    const before = await workdir.inProcess.runExpecting(0, ['list', '--all', '--format', 'csv'])
    const broken = makeSnapshot({
      taken_at: later,
      add_on_purchases: [makePurchase({ quantity: -1 })],
      users: [makeUser(7, 'ada'), makeUser(7, 'ADA'), makeUser(8, 'bob', { state: 'Asleep' })],
      seats: [makeSeat(99)],
    })
    const { code, stdout, stderr } = await runSync(workdir, broken)
    expect([code, stdout]).toEqual([2, ''])
    for (const place of [
      'add_on_purchases[0].quantity',
      'users[1].id',
      'users[1].username',
      'users[2].state',
    ])
      expect(stderr).toContain(`  ${place}: expected `)
    expect(await workdir.inProcess.runExpecting(0, ['list', '--all', '--format', 'csv'])).toBe(before)
  })

  test.each<[string, string]>([
    ['{"schema": 1', 'is not JSON'],
    ['', 'is empty'],
    ['[]', 'is not a valid snapshot: 1 fault.'],
  ])('sync creates no store from a file that is not a snapshot: %j', async (content, problem) => {
    const workdir = new Workdir()
    workdir.write('snapshot.json', content)
    const { code, stdout, stderr } = await workdir.inProcess.run(['sync', '--from', 'snapshot.json'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`snapshot.json ${problem}`)
    expect(readdirSync(workdir.path)).toEqual(['snapshot.json'])
  })

  test('sync keeps users in a state or of a type that only a newer GitLab has as not eligible, and warns once', async () => {
    const workdir = new Workdir()
    const newer = [
      makeUser(7, 'ada', { state: 'asleep' }),
      makeUser(8, 'bob', { state: 'asleep' }),
      makeUser(9, 'cy', { type: 'cyborg' }),
    ]
    const { code, stderr } = await runSync(workdir, makeSnapshot({ users: newer, seats: [makeSeat(7)] }))
    expect([code, stderr]).toEqual([
      0,
      'warning: The snapshot has users with the state "asleep", which this version of duo-seats does not support. They count as not eligible.\n' +
        'warning: The snapshot has users with the type "cyborg", which this version of duo-seats does not support. They count as not eligible.\n',
    ])
    const assigned = await workdir.inProcess.runForJson<RunDocument>(3, ['assign', 'bob', 'cy'])
    expect(assigned.results.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['invalid_user_membership', 'asleep'],
      ['invalid_user_membership', 'cyborg'],
    ])
  })

  test('sync with a fault in the last of many users changes nothing, and creates no store', async () => {
    const users = Array.from({ length: 5_000 }, (_, index) => makeUser(index + 1, `user${index}`))
    const broken = makeSnapshot({
      taken_at: later,
      users: [...users, makeUser(9_999, 'last', { state: 'Asleep' })],
    })
    const empty = new Workdir()
    const refused = await runSync(empty, broken)
    expect([refused.code, refused.stdout]).toEqual([2, ''])
    expect(refused.stderr).toContain('1 fault.\n  users[5000].state: expected ')
    expect(readdirSync(empty.path)).toEqual(['snapshot.json'])
    const workdir = new Workdir()
    await syncStore(workdir, makeSnapshot({ users: people, seats: [makeSeat(7)] }))
    const before = readStore(workdir)
    expect((await runSync(workdir, broken)).code).toBe(2)
    expect(readStore(workdir)).toEqual(before)
  })

  test('sync reads a snapshot that is larger than its memory', async () => {
    const users = Array.from({ length: 6_000 }, (_, index) =>
      makeUser(index + 1, `user${index}`, { name: 'A name '.repeat(700) }),
    )
    const workdir = new Workdir()
    workdir.write('snapshot.json', makeSnapshot({ users }))
    const env = { NODE_OPTIONS: '--max-old-space-size=24' }
    await workdir.runExpecting(0, ['sync', '--from', 'snapshot.json', '--quiet'], { env })
  })

  test('sync reports that the snapshot file does not exist', async () => {
    const workdir = new Workdir()
    expect(await workdir.inProcess.run(['sync', '--from', 'none.json'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: The file none.json does not exist.\nhint: Check the name, or give - for standard input.\n',
    })
  })
})

test('sync prints its progress while it waits for the snapshot', async () => {
  const child = new Workdir().start(['sync', '--from', '-'])
  const finished = collectWithProgress(child)
  const [beginning, rest] = JSON.stringify(makeSnapshot({ users: people })).split(/(?<=,)(.*)/)
  child.stdin?.write(beginning)
  await new Promise((done) => child.stderr?.once('data', done))
  child.stdin?.end(rest)
  const { code, stderr } = await finished
  expect([code, stderr.split('\n')[0]]).toEqual([0, expect.stringMatching(/^Syncing/)])
})
