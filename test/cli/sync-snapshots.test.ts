import { describe, expect, test } from 'vitest'
import { formatLocalSecond } from '../../src/report/local-time.ts'
import { openStoreOf } from '../support/fill-store.ts'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { shareStore } from '../support/open-after.ts'
import { listSeats, runSync, syncForChanges, syncStore, toShortText } from '../support/sync-store.ts'
import { Workdir } from '../support/workdir.ts'

const people = [makeUser(7, 'ada'), makeUser(8, 'bob'), makeUser(9, 'cleo')]
const later = '2026-03-02T10:00:00Z'

describe('a seat that was assigned after the snapshot was taken', () => {
  const snapshot = makeSnapshot({ users: people })

  const giveSeat = shareStore(async () => {
    const workdir = await openStoreOf(snapshot)
    await workdir.inProcess.runExpecting(0, ['assign', 'ada'], { env: frozenClock })
    return workdir
  })

  test('sync with the same snapshot keeps and reports a seat that was assigned after it', async () => {
    const workdir = await giveSeat()
    for (const _ of ['once', 'twice'])
      expect((await syncForChanges(workdir, snapshot)).map(toShortText)).toEqual(['seat_kept ada'])
    expect(await listSeats(workdir)).toEqual({ ada: frozenNow })
    const { stdout } = await runSync(workdir, snapshot)
    expect(stdout.split('\n').slice(3)).toEqual([
      'No change.',
      'GitLab Duo Pro: 1 seat kept, since assigned after the snapshot was taken: @ada.',
      '',
      '3 users. GitLab Duo Pro: 1 of 2 seats held. 0 changes.',
      '',
    ])
  })

  test('sync --allow-older with an older snapshot keeps a seat that was assigned after it', async () => {
    const workdir = await giveSeat()
    const older = { ...snapshot, taken_at: '2026-03-01T08:00:00Z' }
    expect((await syncForChanges(workdir, older, ['--allow-older'])).map(toShortText)).toEqual([
      'seat_kept ada',
    ])
  })

  test('sync with a newer snapshot removes a seat that it does not contain', async () => {
    const workdir = await giveSeat()
    const newer = { ...snapshot, taken_at: later }
    expect((await syncForChanges(workdir, newer)).map(toShortText)).toEqual(['seat_lost ada'])
    expect(await listSeats(workdir)).toEqual({})
  })

  test('sync with a newer snapshot that contains a seat keeps the time of the seat', async () => {
    const workdir = await giveSeat()
    const newer = { ...snapshot, taken_at: later, seats: [makeSeat(7)] }
    expect(await syncForChanges(workdir, newer)).toEqual([])
    expect(await listSeats(workdir)).toEqual({ ada: frozenNow })
  })

  test('sync keeps a newer seat of a user who is gone, and reports the holder as not eligible', async () => {
    const workdir = await giveSeat()
    const changes = await syncForChanges(workdir, { ...snapshot, users: people.slice(1) })
    expect(changes.map(toShortText)).toEqual([
      'user_gone ada',
      'seat_kept ada',
      'holder_not_eligible ada: nothing -> gone',
    ])
  })

  test('sync counts a newer seat and those of the snapshot, and reports that they exceed the quantity', async () => {
    const workdir = await giveSeat()
    const changes = await syncForChanges(workdir, { ...snapshot, seats: [makeSeat(8), makeSeat(9)] })
    expect(changes.map(toShortText)).toEqual([
      'seat_gained bob',
      'seat_gained cleo',
      'seat_kept ada',
      'seats_exceeded duo-pro: 2 -> 3',
    ])
  })
})

test('sync takes the time of a seat from the snapshot, and keeps a known time', async () => {
  const workdir = new Workdir()
  for (const [assigned_at, shown] of [
    [null, null],
    ['2026-01-05T09:00:00Z', '2026-01-05T09:00:00.000Z'],
    [null, '2026-01-05T09:00:00.000Z'],
    ['2026-01-06T09:00:00Z', '2026-01-06T09:00:00.000Z'],
  ] as const) {
    await syncStore(workdir, makeSnapshot({ users: people, seats: [makeSeat(7, { assigned_at })] }))
    expect(await listSeats(workdir)).toEqual({ ada: shown })
  }
})

describe('a snapshot that is older than the last one', () => {
  const last = makeSnapshot({ users: people, seats: [makeSeat(7)] })
  const older = makeSnapshot({ users: people, taken_at: '2026-03-02T07:59:59.999Z' })

  test('sync rejects an older snapshot with a hint', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, last)
    expect(await runSync(workdir, older)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        `error: The snapshot was taken at ${formatLocalSecond('2026-03-02T07:59:59.999Z')}, before the last one (${formatLocalSecond('2026-03-02T08:00:00.000Z')}).\n` +
        'hint: Take a newer snapshot, or add --allow-older to go back to this one.\n',
    })
    expect(await listSeats(workdir)).toEqual({ ada: null })
  })

  test('sync --allow-older accepts an older snapshot, which is the last one then', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, last)
    expect((await syncForChanges(workdir, older, ['--allow-older'])).map(toShortText)).toEqual([
      'seat_lost ada',
    ])
    expect(await syncForChanges(workdir, older)).toEqual([])
  })
})

test.each([
  [{ url: 'https://gitlab.acme.example' }, 'https://gitlab.acme.example'],
  [{ offering: 'gitlab.com', url: 'https://gitlab.com', group: 'acme' }, 'https://gitlab.com, group acme'],
])('sync rejects a snapshot of another scope: %j', async (facts, scope) => {
  const workdir = new Workdir()
  const own = makeSnapshot({ users: people, seats: [makeSeat(7)] })
  await syncStore(workdir, own)
  const other = makeSnapshot({ subscription: { ...own.subscription, ...facts }, taken_at: later })
  expect(await runSync(workdir, other, ['--allow-older'])).toEqual({
    code: 2,
    stdout: '',
    stderr:
      `error: The store has the data of https://gitlab.example.com, the snapshot is of ${scope}.\n` +
      'hint: Use a store for each: name another file with --store.\n',
  })
  expect(await listSeats(workdir)).toEqual({ ada: null })
})

test('sync rejects a snapshot of another group of the same GitLab', async () => {
  const workdir = new Workdir()
  const ofGroup = (group: string) => ({ ...gitlabCom, subscription: { ...gitlabCom.subscription, group } })
  await syncStore(workdir, ofGroup('acme'))
  const { code, stderr } = await runSync(workdir, ofGroup('umbrella'))
  expect(code).toBe(2)
  expect(stderr).toContain('The store has the data of https://gitlab.com, group acme, the snapshot is of')
})

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

test('a user who is gone stays in the results of a run', async () => {
  const workdir = new Workdir()
  await syncStore(workdir, makeSnapshot({ users: people }))
  await workdir.inProcess.runExpecting(0, ['assign', 'ada'], { env: frozenClock })
  await syncStore(workdir, makeSnapshot({ users: people.slice(1), taken_at: later }))
  const { openStore } = await import('../../src/store/open-store.ts')
  const store = await openStore(workdir.join('store.db'), { create: false })
  const results = [...store.results.read(1)].map(({ username, userId, outcome }) => ({
    username,
    userId,
    outcome,
  }))
  store.close()
  expect(results).toEqual([{ username: 'ada', userId: 7, outcome: 'assigned' }])
})

test('sync keeps a seat that was assigned after the first sync, though the clock of the snapshot is ahead', async () => {
  const workdir = new Workdir()
  const taken_at = new Date(Date.now() + 2 * 3_600_000).toISOString()
  const file = workdir.write('snapshot.json', makeSnapshot({ taken_at, users: [makeUser(7, 'ada')] }))
  await workdir.inProcess.runExpecting(0, ['sync', '--from', file])
  await workdir.inProcess.runExpecting(0, ['assign', 'ada'])
  expect(await workdir.inProcess.runExpecting(0, ['sync', '--from', file])).toContain('1 seat kept')
  expect(await workdir.inProcess.runExpecting(0, ['list'])).toContain('ada')
})
