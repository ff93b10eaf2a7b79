import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { EvidenceLine } from '../../src/report/evidence/evidence-lines.ts'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { shareStore } from '../support/open-after.ts'
import { makeTeamSnapshot, openTeam } from '../support/sample-team.ts'
import { syncStore } from '../support/sync-store.ts'
import { collect, type Workdir } from '../support/workdir.ts'

interface EventRow {
  number: number
  at: string
  since: string | null
  username: string | null
  change: string
  cause: string
  reason: string | null
  run_id: number | null
  message: string
  [key: string]: unknown
}

interface HistoryDocument {
  user: object | null
  recorded_only: boolean
  synced_at: string
  events: EventRow[]
}

const atNine = { env: frozenClock }
const laterAt = '2026-03-03T08:00:00.000Z'

const later = makeTeamSnapshot({
  taken_at: laterAt,
  add_on_purchases: [makePurchase({ quantity: 6 })],
  users: [
    makeUser(2, 'Bob'),
    makeUser(3, 'carol', { state: 'blocked' }),
    makeUser(4, 'dora', { state: 'blocked' }),
    makeUser(5, 'eve'),
    makeUser(6, 'frank', { email: null }),
  ],
  seats: [makeSeat(5), makeSeat(6)],
})

/** Ada holds a seat at the first sync. Runs assign three seats and remove one; then GitLab changes four. */
const openHistory = shareStore(async () => {
  const workdir = await openTeam()
  await workdir.inProcess.runExpecting(0, ['assign', 'bob', 'carol', 'eve'], atNine)
  await workdir.inProcess.runExpecting(0, ['unassign', 'eve'], atNine)
  await syncStore(workdir, later)
  return workdir
})

async function readHistory(workdir: Workdir, ...options: string[]): Promise<HistoryDocument> {
  return workdir.inProcess.runForJson<HistoryDocument>(0, ['history', ...options])
}

const condense = ({ events }: HistoryDocument) =>
  events.map(({ username, change, cause, reason }) => [username, change, cause, reason])

const whole = [
  ['carol', 'lost', 'not_eligible', 'blocked'],
  ['Bob', 'lost', 'changed_in_gitlab', null],
  ['ada', 'lost', 'not_eligible', 'gone'],
  ['frank', 'found', 'changed_in_gitlab', null],
  ['eve', 'found', 'changed_in_gitlab', null],
  [null, 'quantity_changed', 'changed_in_gitlab', null],
  ['eve', 'taken', 'run', null],
  ['eve', 'given', 'run', null],
  ['carol', 'given', 'run', null],
  ['Bob', 'given', 'run', null],
  ['ada', 'found', 'first_sync', null],
  [null, 'bought', 'first_sync', null],
]

describe('history', () => {
  test('history prints every change of a seat and a purchase with its cause, the newest first', async () => {
    const workdir = await openHistory()
    const history = await readHistory(workdir)
    expect(condense(history).toSorted()).toEqual(whole.toSorted())
    expect(history.events.map(({ number }) => number)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
    expect(history).toMatchObject({ user: null, recorded_only: true, synced_at: laterAt })
  })

  test('an event of a run has its time and actor, an event of a sync the times of two syncs', async () => {
    const workdir = await openHistory()
    const { events } = await readHistory(workdir)
    const of = (name: string, change: string) =>
      events.find((event) => event.username === name && event.change === change)
    expect(of('eve', 'taken')).toMatchObject({
      at: frozenNow,
      since: null,
      run_id: 2,
      message: 'Seat removed.',
    })
    expect(of('carol', 'lost')).toMatchObject({
      at: laterAt,
      since: '2026-03-02T08:00:00.000Z',
      run_id: null,
      actor: null,
      message: 'GitLab no longer shows the seat. Likely because the user was blocked.',
    })
  })

  test.each([
    [
      ['--user', 'eve'],
      ['found', 'taken', 'given'],
    ],
    [
      ['--by', 'run'],
      ['taken', 'given', 'given', 'given'],
    ],
    [['--by', 'run', '--limit', '1'], ['taken']],
    [
      ['--change', 'quantity_changed', 'bought'],
      ['quantity_changed', 'bought'],
    ],
    [
      ['--change', 'quantity_changed, bought,bought'],
      ['quantity_changed', 'bought'],
    ],
    [
      ['--change', 'quantity_changed', '--change=bought'],
      ['quantity_changed', 'bought'],
    ],
    [
      ['--since', '2026-03-03', '--change', 'found'],
      ['found', 'found'],
    ],
    [['--until', '2026-03-02', '--change', 'bought', 'quantity_changed'], ['bought']],
    [['--add-on', 'duo-enterprise'], []],
  ])('history %j prints the events that were asked for', async (options, changes) => {
    const { events } = await readHistory(await openHistory(), ...options)
    expect(events.map(({ change }) => change)).toEqual(changes)
  })

  test('history of a user who is gone from GitLab prints the events', async () => {
    const history = await readHistory(await openHistory(), '--user', 'ada')
    expect(history.user).toEqual({ user_id: 1, username: 'ada' })
    expect(condense(history)).toEqual([
      ['ada', 'lost', 'not_eligible', 'gone'],
      ['ada', 'found', 'first_sync', null],
    ])
  })

  test('history keeps the add-on of events from before the purchase got another one', async () => {
    const workdir = await openTeam()
    await workdir.inProcess.runExpecting(0, ['assign', 'bob'], atNine)
    await syncStore(workdir, {
      ...later,
      add_on_purchases: [makePurchase({ add_on: 'duo-enterprise', quantity: 4 })],
    })
    const addOns = async (...options: string[]) =>
      (await readHistory(workdir, ...options)).events.map((event) => [event.change, event['add_on']])
    expect(await addOns('--user', 'bob')).toEqual([
      ['lost', 'duo-enterprise'],
      ['given', 'duo-pro'],
    ])
    expect(await addOns('--add-on', 'duo-pro', '--by', 'run')).toEqual([['given', 'duo-pro']])
  })

  test('a surplus is the cause of as many lost seats as it has, in the order in which GitLab removes them', async () => {
    const names = ['ada', 'bob', 'carol', 'dora', 'eve', 'frank', 'gus']
    const uses = ['2026-01-05', null, '2026-01-02', null, '2026-02-20', '2026-03-01', '2026-03-01']
    const users = names.map((name, index) =>
      makeUser(index + 1, name, { last_duo_activity_on: uses[index] ?? null }),
    )
    const assignedAt = (id: number) => ({ assigned_at: `2026-02-0${id}T09:00:00Z` })
    const seats = users.map(({ id }) => makeSeat(id, assignedAt(id)))
    const workdir = await openTeam({ users, seats, add_on_purchases: [makePurchase({ quantity: 9 })] })
    const blocked = users.map((user) => (user.username === 'carol' ? { ...user, state: 'blocked' } : user))
    const shrunk = {
      ...{ users: blocked, seats: seats.slice(5), taken_at: laterAt },
      add_on_purchases: [makePurchase({ quantity: 4 })],
    }
    await syncStore(workdir, makeTeamSnapshot(shrunk))
    const { events } = await readHistory(workdir, '--change', 'lost')
    expect(events.map(({ username, cause }) => `${username} ${cause}`).sort()).toEqual([
      'ada changed_in_gitlab',
      'bob purchase_shrank',
      'carol not_eligible',
      'dora purchase_shrank',
      'eve changed_in_gitlab',
    ])
  })

  test('history --change refuses an unknown change among known ones', async () => {
    const { code, stderr } = await (await openTeam()).inProcess.run(['history', '--change', 'lost,find'])
    expect(code).toBe(2)
    expect(stderr).toContain("'lost,find' is invalid. Allowed choices are given, taken, found, lost,")
  })

  test('history prints a table of a user with the sync up to which changes in GitLab are known', async () => {
    const workdir = await openHistory()
    expect(await workdir.inProcess.runExpecting(0, ['history', '--user', 'ada'])).toMatch(
      /^WHEN .*\n.*ada +lost .*\n.*ada +found .*\n\n2 events\. .* 2026-03-03 22:00 \+14:00\.\n$/,
    )
  })

  test('history refuses an empty --user, which may be an unset variable of a script', async () => {
    const { code, stderr } = await (await openTeam()).inProcess.run(['history', '--user', ''])
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('It takes a username, an email address or a user id.'),
    ])
  })

  test('history of an empty store names the next command', async () => {
    const workdir = await openTeam()
    const { code, stderr } = await workdir.inProcess.run(['history', '--user', 'nemo'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('hint: To search: duo-seats list --all')])
  })
})

describe('history --evidence', () => {
  async function writeEvidence(): Promise<{ workdir: Workdir; lines: string[] }> {
    const workdir = await openHistory()
    const { stderr } = await workdir.inProcess.run(['history', '--evidence', 'evidence.jsonl'])
    expect(stderr).toMatch(/^Evidence written: 16 lines\. SHA-256 of the last line: [0-9a-f]{64}\n$/)
    return { workdir, lines: workdir.read('evidence.jsonl').trimEnd().split('\n') }
  }

  async function verify(workdir: Workdir, lines: readonly string[]): Promise<[number | null, string[]]> {
    writeFileSync(workdir.join('changed.jsonl'), `${lines.join('\n')}\n`)
    const { code, stdout } = await workdir.inProcess.run(['history', 'verify', 'changed.jsonl', '--json'])
    const { problems } = JSON.parse(stdout) as { problems: { line: number | null; message: string }[] }
    return [code, problems.map(({ line, message }) => `${line}: ${message}`)]
  }

  test('a file of evidence has all finished runs and events, and history verify accepts it', async () => {
    const { workdir, lines } = await writeEvidence()
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type)
    expect(types).toEqual(['evidence', 'run', 'run', ...Array(12).fill('event'), 'end'])
    expect(await verify(workdir, lines)).toEqual([0, []])
  })

  test('history verify --quiet reports the problems as an error', async () => {
    const { workdir, lines } = await writeEvidence()
    writeFileSync(workdir.join('changed.jsonl'), `${lines.toSpliced(3, 1).join('\n')}\n`)
    expect(await workdir.inProcess.run(['history', 'verify', 'changed.jsonl', '--quiet'])).toEqual({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(
        /^error: changed\.jsonl has \d+ problems?\.\nhint: Leave out --quiet to see them\.\n$/,
      ),
    })
  })

  test('history verify accepts a file that was written before a rename and further events', async () => {
    const { workdir, lines } = await writeEvidence()
    await syncStore(workdir, {
      ...later,
      taken_at: '2026-03-03T08:30:00.000Z',
      users: later.users.map((user) => (user.id === 6 ? { ...user, username: 'francis' } : user)),
    })
    await workdir.inProcess.runExpecting(0, ['assign', 'bob'])
    expect(await verify(workdir, lines)).toEqual([0, []])
  })

  test('history verify accepts a file that was written before a username changed its case', async () => {
    const { workdir, lines } = await writeEvidence()
    await syncStore(workdir, {
      ...later,
      taken_at: '2026-03-03T08:30:00.000Z',
      users: later.users.map((user) => (user.id === 6 ? { ...user, username: 'Frank' } : user)),
    })
    expect(await verify(workdir, lines)).toEqual([0, []])
  })

  test('history verify accepts a file that was written while a run before the last one had not ended', async () => {
    const workdir = await openHistory()
    const store = new Database(workdir.join('store.db'))
    store.exec('UPDATE runs SET finished_at = NULL WHERE id = 1')
    await workdir.inProcess.runExpecting(0, ['history', '--evidence', 'evidence.jsonl'])
    store.exec(`UPDATE runs SET finished_at = '${frozenNow}' WHERE id = 1`)
    store.close()
    const lines = workdir.read('evidence.jsonl').trimEnd().split('\n')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'evidence', unfinished_runs: [1] })
    expect(await verify(workdir, lines)).toEqual([0, []])
  })

  test('history verify finds every line that was taken out', async () => {
    const { workdir, lines } = await writeEvidence()
    for (const index of lines.keys()) {
      if (index === 0) continue
      const [code, problems] = await verify(workdir, lines.toSpliced(index, 1))
      expect([code, problems.length]).toEqual([3, expect.any(Number)])
      expect(problems.length).toBeGreaterThan(0)
    }
  })

  test('history verify finds a changed line, also where all hashes were written anew', async () => {
    const { workdir, lines } = await writeEvidence()
    const { hashLine } = await import('../../src/report/evidence/evidence-lines.ts')
    const forged = lines.map((line) =>
      line.replace('"username":"carol","change":"given"', '"username":"carol","change":"taken"'),
    )
    expect(forged).not.toEqual(lines)
    expect((await verify(workdir, forged))[0]).toBe(3)
    let previous: string | null = null
    const rehashed = forged.map((line) => {
      const text: string = JSON.stringify({ ...(JSON.parse(line) as object), previous })
      previous = hashLine(text)
      return text
    })
    expect(await verify(workdir, rehashed)).toEqual([
      3,
      [expect.stringMatching(/^\d+: The store has another value for: change\.$/)],
    ])
  })

  test('history verify refuses a file without evidence, and the evidence of another GitLab', async () => {
    const { workdir, lines } = await writeEvidence()
    workdir.write(
      'other.jsonl',
      `${lines[0]?.replace(/"url":"[^"]*"/, '"url":"https://other.example.com"')}\n`,
    )
    workdir.write('group.jsonl', `${lines[0]?.replace('"group":null', '"group":"other"')}\n`)
    for (const [file, scope] of [
      ['other.jsonl', 'https://other.example.com'],
      ['group.jsonl', 'https://gitlab.example.com, group other'],
    ] as const) {
      const { code, stderr } = await workdir.inProcess.run(['history', 'verify', file])
      const fact = `${file} is about ${scope}, the store about https://gitlab.example.com.`
      expect([code, stderr]).toEqual([2, expect.stringContaining(fact)])
    }
    workdir.write('people.csv', 'username\nada\n')
    const list = await workdir.inProcess.run(['history', 'verify', 'people.csv'])
    expect([list.code, list.stderr]).toEqual([
      2,
      expect.stringContaining('line 1: the line is not an object'),
    ])
  })

  test('history verify finds lines of an unknown type, and keys that the file should not have', async () => {
    const { workdir, lines } = await writeEvidence()
    const { chainLines } = await import('../../src/report/evidence/evidence-lines.ts')
    const rewrite = async (change: (line: EvidenceLine, index: number) => EvidenceLine[]) => {
      const written: string[] = []
      const all = lines.map((line) => {
        const { previous: _, ...rest } = JSON.parse(line) as EvidenceLine
        return rest as EvidenceLine
      })
      await chainLines(all.flatMap(change), async (line) => void written.push(line))
      return (await verify(workdir, written))[1]
    }
    expect(await rewrite((line) => [line])).toEqual([])
    expect(await rewrite((line, index) => (index === 3 ? [{ type: 'note' }, line] : [line]))).toEqual([
      '4: A line of this type does not belong here.',
    ])
    expect(await rewrite((line, index) => [index === 0 ? { ...line, approved: true } : line])).toEqual([
      '1: A first line has another value for: approved.',
    ])
    expect(await rewrite((line) => [line['type'] === 'end' ? { ...line, events: 11 } : line])).toEqual([
      '16: The file has another value for: events.',
    ])
  })

  test.each(['null', '[]', '{', ''])('history verify refuses a file with the line %j', async (text) => {
    const { workdir, lines } = await writeEvidence()
    workdir.write('broken.jsonl', `${lines.slice(0, 4).join('\n')}\n${text}\n`)
    const { code, stderr } = await workdir.inProcess.run(['history', 'verify', 'broken.jsonl'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('line 5: the line is not an object in JSON.')])
  })

  test('history --evidence that is interrupted while it writes says so, and leaves no file', async () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => index + 1)
    const workdir = await openTeam({
      add_on_purchases: [makePurchase({ quantity: ids.length })],
      users: ids.map((id) => makeUser(id, `user-${id}`)),
      seats: ids.map((id) => makeSeat(id)),
    })
    const listTemporary = () => readdirSync(workdir.path).filter((name) => name.endsWith('.tmp'))
    const child = workdir.start(['history', '--evidence', 'evidence.jsonl'])
    const finished = collect(child)
    while (listTemporary().length === 0) await delay(1)
    child.kill('SIGINT')
    expect(await finished).toEqual({
      code: 130,
      stdout: '',
      stderr: 'error: Interrupted: nothing was written.\nhint: Run the same command again to continue.\n',
    })
    expect([listTemporary(), existsSync(workdir.join('evidence.jsonl'))]).toEqual([[], false])
  })

  test('history --evidence refuses options that choose among the events', async () => {
    const workdir = await openHistory()
    const { code, stderr } = await workdir.inProcess.run([
      'history',
      '--evidence',
      'x.jsonl',
      '--user',
      'ada',
    ])
    expect([code, stderr]).toEqual([2, expect.stringContaining('hint: Give it --since and --until only')])
  })

  test('history verify refuses the options of history', async () => {
    const workdir = await openHistory()
    const { code, stderr } = await workdir.inProcess.run(['history', '--limit', '2', 'verify', 'x.jsonl'])
    expect([code, stderr]).toEqual([2, expect.stringContaining(`option '--limit' cannot be used`)])
  })
})
