import { type AddOn, addOnNames } from '../../src/domain/add-on.ts'
import type { RecordedRun } from '../../src/domain/recorded-run.ts'
import type { SyncReport } from '../../src/domain/sync-change.ts'
import type { Store } from '../../src/store/store.ts'

/** A seat that a run or a sync gave or removed. */
export interface SeatChange {
  addOn: AddOn
  userId: number
  isGiven: boolean
}

/** The seats that a sync changed, with the number of the last run before it. */
export interface SyncedSeats {
  afterRun: number
  changes: SeatChange[]
}

/** Ids of the users who hold a seat, by add-on, in order. */
export type Holders = Record<AddOn, number[]>

export function makeHolders(read: (addOn: AddOn) => Iterable<number>): Holders {
  const [pro, enterprise] = addOnNames.map((addOn) => [...read(addOn)].sort((a, b) => a - b))
  return { 'duo-pro': pro ?? [], 'duo-enterprise': enterprise ?? [] }
}

export function readSyncedSeats(report: SyncReport, afterRun: number): SyncedSeats {
  const changes = [...report.readChanges(['seat_lost', 'seat_gained'])].map(({ change, addOn, userId }) => {
    if (addOn === null || userId === null) throw new Error(`${change} without a user`)
    return { addOn, userId, isGiven: change === 'seat_gained' }
  })
  return { afterRun, changes }
}

/**
 * The holders by the results of all runs and the reports of all syncs, in their order.
 *
 * @throws Error where a seat was given to a holder, or removed from a user without one
 */
export function addUpTrail(store: Store, syncs: readonly SyncedSeats[]): Holders {
  const held = { 'duo-pro': new Set<number>(), 'duo-enterprise': new Set<number>() }
  for (const { addOn, userId, isGiven } of listChanges(store, syncs)) {
    if (held[addOn].has(userId) === isGiven)
      throw new Error(`${addOn} of user ${userId} was ${isGiven ? 'given' : 'taken'} twice`)
    if (isGiven) held[addOn].add(userId)
    else held[addOn].delete(userId)
  }
  return makeHolders((addOn) => held[addOn])
}

function listChanges(store: Store, syncs: readonly SyncedSeats[]): SeatChange[] {
  const runs = [...store.runs.list()].map((run) => ({
    afterRun: run.id - 0.5,
    changes: readRunChanges(store, run),
  }))
  return [...runs, ...syncs].sort((a, b) => a.afterRun - b.afterRun).flatMap(({ changes }) => changes)
}

/**
 * The seats that a run of a standalone store gave and removed.
 *
 * @throws Error for a result whose change does not match its outcome
 */
export function readRunChanges(store: Store, { id, addOn }: Pick<RecordedRun, 'id' | 'addOn'>): SeatChange[] {
  return [...store.results.read(id)].flatMap(({ outcome, change, userId }) => {
    const expected = outcome === 'assigned' ? 'give' : outcome === 'unassigned' ? 'take' : 'none'
    if (change !== expected) throw new Error(`A result ${outcome} of run ${id} has the change ${change}.`)
    return userId === null || change === 'none' ? [] : [{ addOn, userId, isGiven: change === 'give' }]
  })
}
