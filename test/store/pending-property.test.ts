import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SeatChange } from '../../src/domain/seat-change.ts'
import type { ChangeRefusal } from '../../src/store/pending-changes.ts'
import type { Store } from '../../src/store/store.ts'
import { takeEmptiedStore } from '../support/emptied-store.ts'
import { recordPlan } from './planned-run.ts'
import {
  condenseResults,
  condenseSeats,
  countUnconfirmed,
  makePurchase,
  makeSeat,
  makeSnapshot,
  now,
  sync,
} from './sample-store.ts'

const refusal: ChangeRefusal = { outcome: 'refused_by_gitlab', reason: null, detail: 'BUSY' }
const allIds = [1, 2, 3, 4]
const quantity = 3
const purchases = [1, 2].map((id) =>
  makePurchase({ id, addOn: id === 1 ? 'duo-pro' : 'duo-enterprise', quantity }),
)

interface Step {
  kind: 'run' | 'confirm' | 'refuse' | 'sync'
  change: SeatChange
  purchaseId: number
  userIds: number[]
}

const history: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('run', 'run', 'run', 'confirm', 'refuse', 'sync'),
    change: fc.constantFrom('give', 'take'),
    purchaseId: fc.constantFrom(1, 2),
    userIds: fc.array(fc.constantFrom(...allIds), { maxLength: 6 }),
  }),
  { maxLength: 14 },
)

/** Decides a run by the plan and requests its changes, as a run of a linked store does. */
function run(store: Store, { change, purchaseId, userIds }: Step): number {
  const assigned = store.addOnPurchases.list().find(({ id }) => id === purchaseId)?.assigned ?? 0
  const wishes = userIds.map((userId) => ({ action: change, userId }))
  const options = { offering: 'self-managed', free: quantity - assigned } as const
  const { runId } = recordPlan(store, wishes, options, purchaseId)
  store.pendingChanges.record(runId, now)
  return runId
}

let pulls = 0

/** Syncs these holders. The snapshot is newer than every run and every earlier snapshot, so it knows of every seat that a run gave. */
async function pull(store: Store, holders: Record<number, ReadonlySet<number>>): Promise<void> {
  const seats = [1, 2].flatMap((addOnPurchaseId) =>
    [...(holders[addOnPurchaseId] ?? [])].map((userId) => makeSeat(userId, { addOnPurchaseId })),
  )
  pulls += 1
  const takenAt = new Date(Date.UTC(2026, 2, 2, 10, 0, pulls)).toISOString()
  await sync(store, makeSnapshot({ takenAt, addOnPurchases: purchases, seats }))
}

/** The expected seats of one purchase, kept in plain sets. */
class Expectation {
  inGitLab = new Set<number>()
  readonly pending = new Map<number, SeatChange>()

  get holders(): number[] {
    return allIds.filter(
      (id) => (this.pending.get(id) ?? (this.inGitLab.has(id) ? 'give' : 'take')) === 'give',
    )
  }

  listPending(change: SeatChange): Set<number> {
    return new Set(allIds.filter((id) => this.pending.get(id) === change))
  }

  follow({ kind, change, userIds }: Step): void {
    if (kind === 'sync') this.inGitLab = new Set(userIds)
    else if (kind === 'run') this.#run(change, userIds)
    else for (const id of userIds) if (this.pending.get(id) === change) this.#settle(id, change, kind)
  }

  #run(change: SeatChange, userIds: readonly number[]): void {
    for (const id of userIds) {
      const holds = this.holders.includes(id)
      if (change === 'give' ? !holds && this.holders.length < quantity : holds) this.pending.set(id, change)
    }
  }

  #settle(id: number, change: SeatChange, kind: 'confirm' | 'refuse'): void {
    this.pending.delete(id)
    if (kind === 'refuse') return
    if (change === 'give') this.inGitLab.add(id)
    else this.inGitLab.delete(id)
  }
}

function expectSeats(store: Store, id: number, expected: Expectation): void {
  const { holders, inGitLab, pending } = expected
  expect(condenseSeats(store, id)).toEqual(holders.map((userId) => [userId, pending.has(userId)]))
  expect(store.addOnPurchases.list().find((purchase) => purchase.id === id)?.assigned).toBe(holders.length)
  const confirmed = [...store.seats.readAll()].filter(({ addOnPurchaseId }) => addOnPurchaseId === id)
  expect(new Set(confirmed.map(({ userId }) => userId))).toEqual(inGitLab)
  expect(countUnconfirmed(store, id)).toBe(holders.length - inGitLab.size)
}

/** @param runs the numbers of the runs about the purchase */
function expectPending(store: Store, id: number, runs: readonly number[], expected: Expectation): void {
  const give = expected.listPending('give')
  const take = expected.listPending('take')
  expect(store.pendingChanges.listUserIds(id)).toEqual({ give: [...give], take: [...take] })
  const results = runs.flatMap((runId) => condenseResults(store, runId))
  for (const [change, outcome] of [
    ['give', 'pending'],
    ['take', 'pending_removal'],
  ] as const) {
    const listed = store.pendingChanges.list(id, change).map(({ userId }) => userId)
    expect(listed.toSorted()).toEqual([...expected.listPending(change)])
    const waiting = results.filter((result) => result[1] === outcome)
    expect(new Set(waiting.map(([userId]) => userId))).toEqual(expected.listPending(change))
    expect(waiting.every(([, , pushed]) => pushed === 'pending')).toBe(true)
  }
}

test('in any history a result is pending exactly as long as its change, and no seat is lost or invented', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const { store } = takeEmptiedStore()
      const expected: Record<number, Expectation> = { 1: new Expectation(), 2: new Expectation() }
      const runs: Record<number, number[]> = { 1: [], 2: [] }
      const pullAll = () =>
        pull(store, { 1: expected[1]?.inGitLab ?? new Set(), 2: expected[2]?.inGitLab ?? new Set() })
      await pullAll()
      for (const step of steps) {
        const { kind, change, purchaseId, userIds } = step
        expected[purchaseId]?.follow(step)
        if (kind === 'sync') await pullAll()
        else if (kind === 'run') runs[purchaseId]?.push(run(store, step))
        else if (kind === 'confirm')
          store.pendingChanges.confirm(purchaseId, change, userIds, '2026-03-09T10:00:00.000Z')
        else store.pendingChanges.refuse(purchaseId, change, userIds, refusal)

        for (const id of [1, 2]) {
          expectSeats(store, id, expected[id] ?? new Expectation())
          expectPending(store, id, runs[id] ?? [], expected[id] ?? new Expectation())
        }
      }
    }),
    { numRuns: 80 },
  )
})
