import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AddOn, addOnNames } from '../../src/domain/add-on.ts'
import { isUnclear } from '../../src/domain/summarize.ts'
import { openCsvSource } from '../../src/input/csv/csv-source.ts'
import { writeDocument } from '../../src/report/formats/formats.ts'
import { createListDocument } from '../../src/report/reports/list-document.ts'
import { listUsers } from '../../src/seats/list-users.ts'
import { print } from '../report/collected-page.ts'
import { makeDirectory } from '../store/sample-store.ts'
import type { Reported } from '../support/play-order.ts'
import { PlayedTeam } from '../support/played-team.ts'
import {
  busyHistories,
  busyOrders,
  type History,
  histories,
  makeOrder,
  orders,
  type PlayedOrder,
} from '../support/seat-histories.ts'
import type { Holders, SeatChange } from '../support/seat-trail.ts'

const directory = makeDirectory()

const listOptions = {
  scope: 'holders',
  search: null,
  sort: 'username',
  reverse: false,
  inactiveForDays: null,
  limit: null,
} as const

/** Half of the histories change the same few seats again and again. */
const anyHistories = fc.oneof(histories, busyHistories)

type Check = (team: PlayedTeam, order: PlayedOrder) => Promise<void>

/** For a fault that shows in one history of ten. */
const often = { numRuns: 40 }

/** For a fault that shows in one history of thirty. */
const moreOften = { numRuns: 100 }

/** Checks any order after any history. */
function assertAfterAnyHistory(
  runs: typeof often,
  command: fc.Arbitrary<PlayedOrder>,
  check: Check,
): Promise<void> {
  return assertAfter(runs, histories, command, check)
}

async function assertAfter(
  runs: typeof often,
  before: fc.Arbitrary<History>,
  command: fc.Arbitrary<PlayedOrder>,
  check: Check,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(before, command, async (history, order) => check(await play(history), order)),
    runs,
  )
}

async function play({ first, steps }: History): Promise<PlayedTeam> {
  const team = new PlayedTeam()
  await team.sync(first)
  for (const step of steps) await team.play(step)
  return team
}

function ordersOf(...commands: PlayedOrder['command'][]): fc.Arbitrary<PlayedOrder> {
  return fc
    .record({ order: orders, command: fc.constantFrom(...commands) })
    .map(({ order, command }) => ({ ...order, command }))
}

/** Ids of the users with one of the outcomes. */
function listWith({ results }: Reported, ...wanted: string[]): number[] {
  return results.flatMap(({ outcome, userId }) => (wanted.includes(outcome) ? (userId ?? []) : []))
}

const listChanged = (reported: Reported) => listWith(reported, 'assigned', 'unassigned')

/** Requires a run that was carried out; other cases are not counted. */
function requireDone(reported: Reported | null): Reported {
  fc.pre(reported !== null && reported.summary.refusal === null)
  return reported as Reported
}

describe('any history of a standalone store', () => {
  test('the seats after any history are those of its results, and no run holds more seats than were bought', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ first, steps }) => {
        const team = new PlayedTeam()
        await team.sync(first)
        expect(team.addUpTrail()).toEqual(team.readHolders())
        for (const step of steps) {
          const before = team.readHolders()
          const reported = await team.play(step)
          const after = team.readHolders()
          expect(team.addUpTrail()).toEqual(after)
          expect(team.listHistoryFaults()).toEqual([])
          if ('run' in step) requireWithinQuantity(team, before, after)
          if (reported !== null) requireTrueNumbers(team, reported, before, 'run' in step && step.dryRun)
        }
      }),
      often,
    )
  })

  /** A sync may leave more seats held than bought; a run never adds to them. */
  function requireWithinQuantity(team: PlayedTeam, before: Holders, after: Holders): void {
    for (const addOn of addOnNames)
      expect(after[addOn].length).toBeLessThanOrEqual(Math.max(before[addOn].length, team.countBought(addOn)))
  }

  function requireTrueNumbers(
    team: PlayedTeam,
    { addOn, summary, results }: Reported,
    before: Holders,
    isDry: boolean,
  ): void {
    const bought = team.countBought(addOn)
    expect(summary.rows).toBe(results.length)
    expect(summary.freeBefore).toBe(bought - before[addOn].length)
    if (isDry) expect(team.readHolders()).toEqual(before)
    else expect(summary.freeAfter).toBe(bought - team.readHolders()[addOn].length)
  }
})

describe('any order after any history of a standalone store', () => {
  test('a dry run changes nothing and reports what the run does, unless the run is refused', async () => {
    await assertAfterAnyHistory(moreOften, orders, async (team, order) => {
      const before = team.dump()
      const preview = await team.run(order, { dryRun: true })
      expect(team.dump()).toEqual(before)
      const done = await team.run(order)
      // The dry run shows the plan that would be refused, and the run is refused.
      const refusal = preview?.summary.refusal ?? null
      if (refusal !== null) expect([done?.summary.refusal, done && listChanged(done)]).toEqual([refusal, []])
      else expect(done).toEqual(preview)
    })
  })

  test('an undo right after a run restores the holders exactly when every removed seat can be given back', async () => {
    // Where a run both takes and gives the last seats, the undo has to take first.
    const applies = busyOrders.map((order): PlayedOrder => ({ ...order, command: 'apply' }))
    await assertAfter(often, anyHistories, fc.oneof(orders, applies), async (team, order) => {
      const before = team.readHolders()
      const done = requireDone(await team.run(order))
      const between = team.readHolders()
      const undone = await undoLastRun(team, order, done, before)
      // An undo is a run, and can be undone.
      if (undone.summary.refusal === null) await undoLastRun(team, order, undone, between)
    })
  })

  async function undoLastRun(
    team: PlayedTeam,
    order: PlayedOrder,
    done: Reported,
    before: Holders,
  ): Promise<Reported> {
    const isWhole = canBeGivenBack(team, done, before)
    const undone = await team.run({ ...order, command: 'undo', runsBack: 0 })
    if (undone === null) throw new Error('The undo did not begin.')
    if (isWhole) expect(team.readHolders()).toEqual(before)
    else expect(team.readHolders()).not.toEqual(before)
    return undone
  }

  function canBeGivenBack(team: PlayedTeam, done: Reported, before: Holders): boolean {
    const lost = listWith(done, 'unassigned')
    if (lost.length === 0) return true
    const eligible = team.listEligible()
    const isRoom = before[done.addOn].length <= team.countBought(done.addOn)
    return isRoom && lost.every((userId) => eligible.includes(userId))
  }

  test('an undo of any run reverses each change that was not touched since and reports the others', async () => {
    const undo = fc.nat({ max: 8 }).map((runsBack) => makeOrder('undo', [], { runsBack }))
    await assertAfter(moreOften, anyHistories, undo, async (team, order) => {
      const undoneRunId = team.lastRunId - order.runsBack
      const { byRuns, bySyncs } = team.listChangedAfter(undoneRunId)
      const before = team.readHolders()
      // The store does not know of a seat that one sync added and a later sync removed.
      const isTouched = ({ addOn, userId, isGiven }: SeatChange) =>
        byRuns.includes(userId) || (isGiven ? bySyncs.includes(userId) : before[addOn].includes(userId))
      const present = team.listPresent()
      const changes = team.listChanges(undoneRunId).filter(({ userId }) => present.includes(userId))
      const undone = requireDone(await team.run(order))
      const listIds = (wanted: SeatChange[]) => wanted.map(({ userId }) => userId)
      const untouched = changes.filter((change) => !isTouched(change))
      expect(listWith(undone, 'changed_since')).toEqual(listIds(changes.filter(isTouched)))
      expect(listWith(undone, 'unassigned')).toEqual(listIds(untouched.filter(({ isGiven }) => isGiven)))
      expect(listWith(undone, 'assigned', 'invalid_user_membership', 'no_seats_available')).toEqual(
        listIds(untouched.filter(({ isGiven }) => !isGiven)),
      )
    })
  })

  test('a second apply of the same list changes nothing', async () => {
    await assertAfterAnyHistory(often, ordersOf('apply'), async (team, order) => {
      fc.pre((await team.run(order)) !== null)
      const before = team.readHolders()
      const again = await team.run(order)
      expect(again && listChanged(again)).toEqual([])
      expect(team.readHolders()).toEqual(before)
    })
  })

  test('an apply of eligible users with enough seats leaves its users, those its mode keeps and users who are gone', async () => {
    await assertAfterAnyHistory(often, orders, async (team, { addOn, mode, onShortage }) => {
      const gone = team.listGoneHolders(addOn)
      const before = team.readHolders()[addOn]
      const staying = mode === 'add-only' ? before : gone
      const others = team.listEligible().filter((userId) => !staying.includes(userId))
      const list = others.slice(0, Math.max(0, team.countBought(addOn) - staying.length))
      const done = await team.run(makeOrder('apply', list, { addOn, mode, onShortage }))
      fc.pre(done !== null)
      const meant = [...staying, ...list].sort((a, b) => a - b)
      const isLeft = (userId: number) => mode !== 'remove-only' || before.includes(userId)
      expect(team.readHolders()[addOn]).toEqual(meant.filter(isLeft))
    })
  })

  test('an apply of the output of "list --format csv" changes nothing, and is refused only where all holders are gone', async () => {
    await assertAfterAnyHistory(often, ordersOf('apply'), async (team, order) => {
      const before = team.readHolders()
      const path = await writeHolders(team, order.addOn)
      fc.pre(path !== null)
      const list = await openCsvSource(path as string, { header: true })
      try {
        const done = await team.run({ ...order, maxRemovals: { number: 0 } }, { list })
        expect(team.readHolders()).toEqual(before)
        // An empty list is refused: it would remove every seat.
        if (done === null) expect(before[order.addOn]).toEqual([])
        else {
          expect(done.summary).toMatchObject({ needed: 0, removals: 0 })
          // So is a list of users who are all gone; another user may have the username of one.
          const isKnown = done.results.some(({ outcome }) => !isUnclear(outcome))
          const isRefused = order.mode !== 'add-only' && done.results.length > 0 && !isKnown
          expect(done.summary.refusal).toBe(isRefused ? 'no_known_users' : null)
        }
      } finally {
        await list.close()
      }
    })
  })

  /** @returns null where there is no such purchase to list */
  async function writeHolders(team: PlayedTeam, addOn: AddOn): Promise<string | null> {
    if (team.store.addOnPurchases.list().every((purchase) => purchase.addOn !== addOn)) return null
    const options = { ...listOptions, addOn }
    const path = join(directory, 'holders.csv')
    writeFileSync(
      path,
      await print((page) =>
        writeDocument(createListDocument(listUsers(team.store, options, team.now)), 'csv', page),
      ),
    )
    return path
  }

  /** Orders that take many seats. */
  const greedy = ordersOf('apply', 'reclaim').map(
    (order): PlayedOrder => ({
      ...order,
      list: order.list.slice(0, 3),
      mode: 'equal',
      maxUnknown: { percent: 100 },
      onShortage: 'fill',
      days: 1,
      includeNeverActive: true,
      toFree: null,
    }),
  )

  /** Few stores have seats of the other add-on to remove. */
  function findMostHeld(team: PlayedTeam): AddOn {
    const held = team.readHolders()
    return held['duo-pro'].length < held['duo-enterprise'].length ? 'duo-enterprise' : 'duo-pro'
  }

  test('a cap of N removals allows N removals and never N + 1', async () => {
    await assertAfterAnyHistory(often, greedy, async (team, order) => {
      const addOn = findMostHeld(team)
      const capped = (seats: number): PlayedOrder => ({ ...order, addOn, maxRemovals: { number: seats } })
      const plan = (await team.run(capped(100), { dryRun: true }))?.summary
      const removals = plan?.removals ?? 0
      // Unclear exceptions of a reclaim refuse every removal, whatever the cap is.
      fc.pre(removals > 0 && plan?.refusal !== 'unknown_users' && plan?.refusal !== 'no_known_users')
      const before = team.readHolders()
      expect((await team.run(capped(removals - 1)))?.summary.refusal).toBe('too_many_removals')
      expect(team.readHolders()).toEqual(before)
      const done = requireDone(await team.run(capped(removals)))
      expect(listWith(done, 'unassigned')).toHaveLength(removals)
    })
  })

  test('a cap in percent is a share of the seats held, rounded down, and at least one seat above 0 %', async () => {
    await assertAfterAnyHistory(often, greedy, async (team, order) => {
      const held = team.readHolders()[order.addOn].length
      const { removals } = requireDone(
        await team.run({ ...order, maxRemovals: { percent: 100 } }, { dryRun: true }),
      ).summary
      for (const percent of [0, 10, 40, 70]) {
        const most = percent === 0 ? 0 : Math.max(1, Math.trunc((percent * held) / 100))
        const capped = await team.run({ ...order, maxRemovals: { percent } }, { dryRun: true })
        expect(capped?.summary.refusal).toBe(removals > most ? 'too_many_removals' : null)
      }
    })
  })

  test('a reclaim removes no seat of an excepted user and as many seats as are needed', async () => {
    await assertAfterAnyHistory(moreOften, ordersOf('reclaim'), async (team, order) => {
      const { toFree } = order
      const uncapped: PlayedOrder = { ...order, maxRemovals: { percent: 100 } }
      const done = requireDone(await team.run(uncapped))
      const { freeBefore, freeAfter, removals } = done.summary
      const excepted = order.list.flatMap(({ keys }) =>
        keys.flatMap((key) => (key.kind === 'user_id' ? key.value : [])),
      )
      expect(listWith(done, 'unassigned').filter((userId) => excepted.includes(userId))).toEqual([])
      expect(listWith(done, 'unassigned')).toHaveLength(removals)
      const { reclaimable } = team.finding ?? { reclaimable: 0 }
      const missing = toFree === null ? reclaimable : Math.max(0, toFree - freeBefore)
      expect(removals).toBe(Math.min(missing, reclaimable))
      expect(freeAfter).toBe(freeBefore + removals)
    })
  })
})
