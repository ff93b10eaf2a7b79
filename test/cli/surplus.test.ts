import { describe, expect, test } from 'vitest'
import { openStoreOf } from '../support/fill-store.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { listHolders } from '../support/read-store.ts'

interface SurplusDocument {
  surplus: object | null | object[]
}

const snapshot = makeSnapshot({
  add_on_purchases: [makePurchase({ quantity: 1 })],
  users: [
    makeUser(1, 'ada', { last_duo_activity_on: '2026-03-01' }),
    makeUser(2, 'bob', { last_duo_activity_on: '2025-12-01' }),
    makeUser(3, 'eve'),
  ],
  seats: [1, 2, 3].map((id) => makeSeat(id, { assigned_at: '2025-12-01T09:00:00.000Z' })),
})

const reclaim =
  'duo-seats reclaim --add-on duo-pro --inactive-for 60d --include-never-active --to-free 0 --max-removals 2'

const lines = `\
GitLab will likely remove 2 seats at its next refresh, in this order, as of 2026-03-02 22:00 +14:00: @eve (no recorded use), @bob (last use 2025-12-01).
To choose instead: ${reclaim}
`

const surplus = {
  add_on: 'duo-pro',
  quantity: 1,
  held: 3,
  surplus: 2,
  as_of: '2026-03-02T08:00:00.000Z',
  likely_removals: [
    {
      username: 'eve',
      user_id: 3,
      reason: null,
      assigned_at: '2025-12-01T09:00:00.000Z',
      last_duo_activity_on: null,
    },
    {
      username: 'bob',
      user_id: 2,
      reason: null,
      assigned_at: '2025-12-01T09:00:00.000Z',
      last_duo_activity_on: '2025-12-01',
    },
  ],
  reclaim,
}

describe('more seats held than bought', () => {
  test('sync, list and doctor name the likely removals and the command that chooses instead', async () => {
    const workdir = await openStoreOf(snapshot)
    workdir.write('again.json', JSON.stringify(snapshot))
    expect(await workdir.inProcess.runExpecting(0, ['sync', '--from', 'again.json'])).toContain(lines)
    expect(await workdir.inProcess.runExpecting(0, ['list'])).toContain(lines)
    const doctor = await workdir.inProcess.runExpecting(1, ['doctor'])
    expect(doctor).toContain(`3 of 1 seat held. ${lines.split('\n')[0]}`)
    expect(doctor).toContain(`Buy more seats, or choose the users who lose one: ${reclaim}\n`)
  })

  test('the JSON of sync, list and doctor has the likely removals', async () => {
    const workdir = await openStoreOf(snapshot)
    workdir.write('again.json', JSON.stringify(snapshot))
    const { inProcess } = workdir
    const synced = await inProcess.runForJson<SurplusDocument>(0, ['sync', '--from', 'again.json'])
    expect(synced.surplus).toEqual([surplus])
    expect((await inProcess.runForJson<SurplusDocument>(0, ['list'])).surplus).toEqual(surplus)
    expect((await inProcess.runForJson<SurplusDocument>(1, ['doctor'])).surplus).toEqual([surplus])
  })

  test('the printed command removes as many seats as are too many', async () => {
    const workdir = await openStoreOf(snapshot)
    await workdir.inProcess.runExpecting(0, [...reclaim.split(' ').slice(1), '--yes'])
    expect(listHolders(workdir)).toEqual(['ada'])
    expect((await workdir.inProcess.runForJson<SurplusDocument>(0, ['list'])).surplus).toBeNull()
  })

  test('doctor of a linked store names the likely removals once the store has the holders', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab(`
      UPDATE add_on_purchases SET quantity = 1;
      INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, 2)
    `)
    const readSurplus = async () => (await team.inProcess.runForJson<SurplusDocument>(1, ['doctor'])).surplus
    expect(await readSurplus()).toMatchObject([{ surplus: 1, likely_removals: [] }])
    await team.inProcess.runExpecting(0, ['sync'])
    expect(await readSurplus()).toMatchObject([{ surplus: 1, likely_removals: [{ user_id: 2 }] }])
  })
})
