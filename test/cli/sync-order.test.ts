import { describe, expect, test } from 'vitest'
import { openStoreOf } from '../support/fill-store.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { setClock } from '../support/set-clock.ts'
import type { ChangeRow } from '../support/sync-store.ts'
import { toShortText } from '../support/sync-store.ts'
import type { Workdir } from '../support/workdir.ts'

const people = [makeUser(1, 'ada'), makeUser(2, 'bob'), makeUser(3, 'cleo')]

function snap(hour: string, holders: readonly number[], quantity = 1): object {
  return makeSnapshot({
    taken_at: `2026-03-02T${hour}:00Z`,
    add_on_purchases: [makePurchase({ quantity })],
    users: people,
    seats: holders.map((id) => makeSeat(id)),
  })
}

/** Syncs with a snapshot at a time, and returns the changes. */
async function syncAt(
  time: string,
  workdir: Workdir,
  snapshot: object,
  ...args: string[]
): Promise<string[]> {
  const command = ['sync', '--from', workdir.write('snapshot.json', snapshot), ...args]
  const { changes } = await workdir.inProcess.runForJson<{ changes: ChangeRow[] }>(0, command, {
    env: setClock(time),
  })
  return changes.map(toShortText)
}

async function runAt(time: string, workdir: Workdir, ...args: string[]): Promise<string> {
  const { code, stderr } = await workdir.inProcess.run(args, { env: setClock(time) })
  expect([code, stderr.replace(/^warning: .*\n/gm, '')]).toEqual([0, ''])
  return stderr
}

async function listHolders(workdir: Workdir): Promise<string[]> {
  const { users } = await workdir.inProcess.runForJson<{ users: { username: string }[] }>(0, ['list'])
  return users.map(({ username }) => username)
}

describe('a snapshot that is older than a change', () => {
  test('sync with a snapshot that is older than a removal does not bring back the seat, and reports it', async () => {
    const workdir = await openStoreOf(snap('08:00', [1]))
    await runAt('2026-03-02T09:10:00Z', workdir, 'unassign', 'ada')
    await runAt('2026-03-02T09:20:00Z', workdir, 'assign', 'bob')
    for (const _ of ['once', 'twice'])
      expect(await syncAt('2026-03-02T09:30:00Z', workdir, snap('08:00', [1]))).toEqual([
        'seat_kept bob',
        'removal_kept ada',
      ])
    expect(await listHolders(workdir)).toEqual(['bob'])
  })

  test('sync with a snapshot that is older than a removal leaves the seat out, also if the snapshot was never synced before', async () => {
    const workdir = await openStoreOf(snap('08:00', [1]))
    await runAt('2026-03-02T09:10:00Z', workdir, 'unassign', 'ada')
    expect(await syncAt('2026-03-02T09:30:00Z', workdir, snap('09:05', [1]))).toEqual(['removal_kept ada'])
    expect(await syncAt('2026-03-02T09:40:00Z', workdir, snap('07:00', [1]), '--allow-older')).toEqual([
      'removal_kept ada',
    ])
    expect(await syncAt('2026-03-02T09:50:00Z', workdir, snap('09:45', [1]))).toEqual(['seat_gained ada'])
  })

  test('sync with a snapshot that is older than two changes of a seat changes nothing about the seat', async () => {
    const workdir = await openStoreOf(snap('08:00', [1]))
    await runAt('2026-03-02T09:10:00Z', workdir, 'unassign', 'ada')
    await runAt('2026-03-02T09:20:00Z', workdir, 'assign', 'ada')
    const before = await workdir.inProcess.runForJson(0, ['list'])
    expect(await syncAt('2026-03-02T09:30:00Z', workdir, snap('08:00', [1]))).toEqual([])
    expect(await workdir.inProcess.runForJson(0, ['list'])).toEqual(before)
  })
})

describe('a clock that is set back', () => {
  test('sync with a newer snapshot loses no seat that was assigned while the clock was set back, and assign reports the clock', async () => {
    const workdir = await openStoreOf(snap('08:00', [], 2))
    const stderr = await runAt('2026-03-01T09:30:00Z', workdir, 'assign', 'ada', 'bob')
    expect(stderr).toMatch(
      /^warning: The clock shows 2026-03-01 23:30:\d\d \+14:00, and the last change of the store was made at 2026-03-02 23:00:00 \+14:00\. Check the clock: dates of seats may be wrong\. No seat is lost\.\n$/,
    )
    expect(await syncAt('2026-03-02T10:30:00Z', workdir, snap('10:00', [], 2))).toEqual([
      'seat_kept ada',
      'seat_kept bob',
    ])
    // It was taken after the sync before, so it contains the seats.
    expect(await syncAt('2026-03-02T11:30:00Z', workdir, snap('11:00', [1], 2))).toEqual(['seat_lost bob'])
    expect(await listHolders(workdir)).toEqual(['ada'])
  })

  test('sync with a newer snapshot brings back no seat that was removed while the clock was set back', async () => {
    const workdir = await openStoreOf(snap('08:00', [1]))
    await runAt('2026-03-01T09:30:00Z', workdir, 'unassign', 'ada')
    expect(await syncAt('2026-03-02T10:30:00Z', workdir, snap('10:00', [1]))).toEqual(['removal_kept ada'])
    expect(await listHolders(workdir)).toEqual([])
  })
})

describe('a clock that was ahead', () => {
  test('sync keeps a seat that was assigned while the clock was ahead for one newer snapshot, not until the clock has caught up', async () => {
    const workdir = await openStoreOf(snap('08:00', []))
    await runAt('2027-03-02T09:10:00Z', workdir, 'assign', 'ada')
    expect(await syncAt('2026-03-02T10:30:00Z', workdir, snap('10:00', []))).toEqual(['seat_kept ada'])
    expect(await syncAt('2026-03-02T11:30:00Z', workdir, snap('11:00', []))).toEqual(['seat_lost ada'])
  })

  test('sync of a linked store does not keep a seat that GitLab has removed, though the clock was ahead', async () => {
    const team = await openLinkedTeam()
    const ahead = setClock(new Date(Date.now() + 365 * 86_400_000).toISOString())
    const run = (...args: string[]) => team.inProcess.run([...args, '--format', 'json'])
    expect((await team.run(['assign', 'bob'], ahead)).code).toBe(0)
    team.changeGitLab('DELETE FROM seats WHERE user_id = 2')
    expect(JSON.parse((await run('sync')).stdout)).toMatchObject({
      summary: { seat_lost: 1, seat_kept: 0 },
    })
    expect(team.listOwnHolders()).toEqual(['ada'])
    expect(JSON.parse((await run('assign', 'bob')).stdout)).toMatchObject({
      results: [{ outcome: 'assigned', pushed: 'confirmed' }],
    })
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
  })

  test('assign in a linked store gives a seat again that GitLab has removed, though the clock was ahead', async () => {
    const team = await openLinkedTeam()
    const ahead = setClock(new Date(Date.now() + 365 * 86_400_000).toISOString())
    expect((await team.run(['assign', 'bob'], ahead)).code).toBe(0)
    team.changeGitLab('DELETE FROM seats WHERE user_id = 2')
    const { results } = await team.inProcess.runForJson(0, ['assign', 'bob'])
    expect(results.map(({ outcome, pushed }) => [outcome, pushed])).toEqual([['assigned', 'confirmed']])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
  })
})
