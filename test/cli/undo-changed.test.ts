import { describe, expect, test } from 'vitest'
import { frozenClock } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { openTeamAfter } from '../support/open-after.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { makeRow, type RunDocument } from '../support/run-document.ts'
import { makeTeamSnapshot, team, withBothAddOns } from '../support/sample-team.ts'
import { syncStore } from '../support/sync-store.ts'
import { takenSeat, threeHolders, undo } from '../support/undo-runs.ts'
import type { Workdir } from '../support/workdir.ts'

const atNine = { env: frozenClock }

const changedSince = {
  success: false,
  message: 'Not changed: the seat was changed after that run.',
}

/** Brings the store to a later state of GitLab. */
async function syncLater(workdir: Workdir, facts: object): Promise<void> {
  await syncStore(workdir, makeTeamSnapshot({ taken_at: '2026-03-02T08:30:00Z', ...facts }))
}

describe('undo of a seat that was changed since', () => {
  test('undo skips a seat that a later run removed, and ends with 3', async () => {
    const workdir = await openTeamAfter(['assign bob carol', 'unassign bob'])
    const { results } = await workdir.runForJson<RunDocument>(3, ['undo', '1', '--yes'], atNine)
    expect(results).toEqual([
      makeRow(null, 'carol', team.carol, 'unassigned', takenSeat),
      makeRow(null, 'Bob', team.bob, 'changed_since', changedSince),
    ])
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test('undo skips a seat that was removed and assigned again', async () => {
    const workdir = await openTeamAfter(['assign bob', 'unassign bob', 'assign bob'])
    expect(await undo(workdir, 3, '1', '--yes')).toEqual(['Bob changed_since'])
    expect(await undo(workdir, 3, '2', '--yes')).toEqual(['Bob changed_since'])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob'])
  })

  test('undo skips a seat that was assigned and removed again', async () => {
    const workdir = await openTeamAfter(['unassign ada', 'assign ada', 'unassign ada'])
    expect(await undo(workdir, 3, '1', '--yes')).toEqual(['ada changed_since'])
    expect(listHolders(workdir)).toEqual([])
  })

  test('undo skips a seat that was undone already', async () => {
    const workdir = await openTeamAfter(['assign bob', 'undo 1 --yes'])
    expect(await workdir.inProcess.run(['undo', '1', '--yes'])).toEqual({
      code: 3,
      stdout: `\
   USER  OUTCOME          MESSAGE
!  Bob   ✗ changed_since  Not changed: the seat was changed after that run.

+ 0 to assign, - 0 to remove, = 0 unchanged, ! 1 not possible.
1 row: 1 changed_since.
Seats free: 3 before, 3 after.
Recorded in the store only: GitLab itself was not changed.
`,
      stderr: '',
    })
  })

  test('undo skips a seat that GitLab restored by a later sync', async () => {
    const workdir = await openTeamAfter(['unassign ada bob --yes'], threeHolders)
    await syncLater(workdir, { taken_at: '2026-03-02T10:00:00Z', seats: [makeSeat(1), makeSeat(3)] })
    expect(await undo(workdir, 3, '1', '--yes')).toEqual(['ada changed_since', 'Bob assigned'])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol'])
  })

  test('undo skips a seat that is gone by a later sync, and reverses one that the sync found unchanged', async () => {
    const workdir = await openTeamAfter(['assign bob carol'])
    await syncLater(workdir, { taken_at: '2026-03-02T10:00:00Z', seats: [makeSeat(1), makeSeat(2)] })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob'])
    expect(await undo(workdir, 3, '1', '--yes')).toEqual(['Bob unassigned', 'carol changed_since'])
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test('undo reverses a seat that a later run found unchanged', async () => {
    const workdir = await openTeamAfter(['assign bob', 'assign bob', 'unassign carol'])
    expect(await undo(workdir, 0, '1', '--yes')).toEqual(['Bob unassigned'])
  })
})

describe('undo after other changes', () => {
  test('undo does not restore the seat of a blocked user, but removes one', async () => {
    const workdir = await openTeamAfter(['assign bob', 'unassign ada'])
    const users = [makeUser(1, 'ada', { state: 'blocked' }), makeUser(2, 'Bob', { state: 'banned' })]
    await syncLater(workdir, { users, seats: [] })
    expect(await undo(workdir, 3, '2', '--yes')).toEqual(['ada invalid_user_membership'])
    expect(await undo(workdir, 0, '1', '--yes')).toEqual(['Bob unassigned'])
    expect(listHolders(workdir)).toEqual([])
  })

  test('undo removes the seat of a renamed user, and not that of the user who has the name now', async () => {
    const workdir = await openTeamAfter(['assign bob'])
    await syncLater(workdir, { users: [makeUser(2, 'robert'), makeUser(30, 'Bob')], seats: [] })
    expect(await undo(workdir, 0, '1', '--yes')).toEqual(['robert unassigned'])
  })

  test('undo reports a user who is gone', async () => {
    const workdir = await openTeamAfter(['assign bob', 'unassign ada'])
    await syncLater(workdir, { users: [makeUser(30, 'Bob'), makeUser(31, 'ada')], seats: [] })
    const { results } = await workdir.inProcess.runForJson<RunDocument>(3, ['undo', '2', '--yes'], atNine)
    expect(results).toEqual([
      {
        line: null,
        input: 'ada',
        username: null,
        user_id: null,
        outcome: 'user_not_found',
        success: false,
        reason: null,
        message: 'GitLab no longer lists the user.',
        suggestions: [],
      },
    ])
    expect(await undo(workdir, 3, '1', '--yes')).toEqual(['Bob user_not_found'])
  })

  test('undo with too few seats follows --on-shortage', async () => {
    const workdir = await openTeamAfter(['unassign carol ada --yes'], threeHolders)
    const shrunk = [makePurchase({ quantity: 2 })]
    await syncLater(workdir, { add_on_purchases: shrunk, seats: [makeSeat(2)] })
    const before = listHolders(workdir)
    expect(await undo(workdir, 5, '1', '--yes', '--on-shortage', 'fail')).toEqual([
      'carol not_attempted',
      'ada no_seats_available',
    ])
    expect(listHolders(workdir)).toEqual(before)
    expect(await undo(workdir, 3, '1', '--yes')).toEqual(['carol assigned', 'ada no_seats_available'])
    expect(listHolders(workdir)).toEqual(['Bob', 'carol'])
  })

  test('undo is refused for a purchase that is over, also where a new purchase of the add-on has begun', async () => {
    const workdir = await openTeamAfter(['assign bob'])
    const over = makePurchase({ quantity: 4, expires_on: '2026-03-02' })
    await syncLater(workdir, { add_on_purchases: [over] })
    expect(await workdir.inProcess.run(['undo', '1', '--yes'], atNine)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: GitLab Duo Pro expired on 2026-03-02. Its seats cannot be changed.\n' +
        'hint: Renew the subscription, then bring a newer snapshot with "duo-seats sync --from snapshot.json".\n',
    })
    await syncLater(workdir, {
      add_on_purchases: [makePurchase({ id: 2, quantity: 4 })],
      seats: [makeSeat(2, { add_on_purchase_id: 2 })],
    })
    const before = readStore(workdir)
    expect(await workdir.inProcess.run(['undo', '1', '--yes'], atNine)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: The add-on purchase of run 1 is over. Nothing was written.\n' +
        'hint: To see what the run did: duo-seats runs show 1\n',
    })
    expect(readStore(workdir)).toEqual(before)
  })
})

test('undo changes the purchase of its run where two are active', async () => {
  const workdir = await openTeamAfter(
    ['assign bob --add-on duo-pro', 'assign bob --add-on duo-enterprise'],
    withBothAddOns,
  )
  const { run } = await workdir.inProcess.runForJson<RunDocument>(0, ['undo', '2', '--yes'], atNine)
  expect(run.add_on).toBe('duo-enterprise')
  const { results } = await workdir.inProcess.runForJson<RunDocument>(0, ['undo', '1', '--yes'], atNine)
  expect(results).toEqual([makeRow(null, 'Bob', team.bob, 'unassigned', takenSeat)])
  expect(listHolders(workdir)).toEqual(['ada'])
})
