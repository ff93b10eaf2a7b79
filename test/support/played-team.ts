import type { AddOn } from '../../src/domain/add-on.ts'
import type { Instant } from '../../src/domain/day.ts'
import { findIneligibility } from '../../src/domain/ineligibility.ts'
import type { ReclaimFinding } from '../../src/domain/reclaim.ts'
import type { UserList } from '../../src/domain/request.ts'
import { UserError } from '../../src/errors.ts'
import { syncSnapshot } from '../../src/sync/sync-snapshot.ts'
import { takeEmptiedStore } from './emptied-store.ts'
import { listHistoryFaults } from './history-faults.ts'
import { findLastRunId, makeList, playOrder, quietly, type Reported } from './play-order.ts'
import { readTables } from './read-store.ts'
import type { PlayedOrder, Step } from './seat-histories.ts'
import {
  addUpTrail,
  type Holders,
  makeHolders,
  readRunChanges,
  readSyncedSeats,
  type SeatChange,
  type SyncedSeats,
} from './seat-trail.ts'
import { offering, purchaseIds, snapWorld, type World } from './worlds.ts'

/** A store in memory with syncs and runs, twenty days apart. A test plays one team after the other. */
export class PlayedTeam {
  readonly #played = takeEmptiedStore()
  readonly store = this.#played.store
  readonly #readHolders = this.#played.database
    .prepare<[number], number>('SELECT user_id FROM seats WHERE add_on_purchase_id = ?')
    .pluck()
  readonly #syncs: SyncedSeats[] = []
  #steps = 0
  #lastTakenAt: Instant | null = null
  /** The finding of the last `reclaim`. */
  finding: ReclaimFinding | null = null

  /** Returns the seats and results that the history of the store contradicts. */
  listHistoryFaults(): unknown[] {
    return listHistoryFaults(this.#played.database)
  }

  get now(): Instant {
    return new Date(Date.UTC(2026, 2, 1 + 20 * this.#steps, 9)).toISOString()
  }

  /** @returns the report of a run; null after a sync, and for a run that did not begin */
  async play(step: Step): Promise<Reported | null> {
    this.#steps += 1
    if ('run' in step) return this.run(step.run, { dryRun: step.dryRun })
    await this.sync(step.sync)
    return null
  }

  async sync(world: World): Promise<void> {
    const takenAt = world.isStale && this.#lastTakenAt !== null ? this.#lastTakenAt : this.now
    const context = { ...quietly, store: this.store, readClock: () => this.now }
    const snapshot = snapWorld(world, takenAt, this.store)
    const report = await syncSnapshot(snapshot, { allowOlder: false }, context)
    this.#lastTakenAt = takenAt
    this.#syncs.push(readSyncedSeats(report, this.lastRunId))
  }

  /** @returns null for a run that was rejected as a whole; nothing has changed then */
  async run(
    order: PlayedOrder,
    { dryRun = false, list = makeList(order) }: { dryRun?: boolean; list?: UserList } = {},
  ): Promise<Reported | null> {
    const before = this.#glance()
    try {
      return await this.#run(order, dryRun, list)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      if (this.#glance() !== before)
        throw new Error(`The store was changed by a run that failed: ${error.message}`)
      return null
    }
  }

  #glance(): string {
    return JSON.stringify([this.readHolders(), [...this.store.runs.list()].length])
  }

  async #run(order: PlayedOrder, dryRun: boolean, list: UserList): Promise<Reported | null> {
    let reported: Reported | null = null
    await playOrder(order, {
      store: this.store,
      now: this.now,
      connect: null,
      push: true,
      dryRun,
      list,
      onReport: (report) => {
        reported = report
        this.finding = report.finding
      },
    })
    return reported
  }

  /** The number of the last finished run; 0 without one. */
  get lastRunId(): number {
    return findLastRunId(this.store)
  }

  /** The number of seats bought; 0 without a purchase. */
  countBought(addOn: AddOn): number {
    return this.store.addOnPurchases.list().find((purchase) => purchase.addOn === addOn)?.quantity ?? 0
  }

  readHolders(): Holders {
    return makeHolders((addOn) => this.#readHolders.all(purchaseIds[addOn]))
  }

  /** Ids of the users who are not gone. */
  listPresent(): number[] {
    return [...this.store.users.readAll()].map(({ id }) => id)
  }

  /** Ids of the users who are gone and hold a seat that a run gave after the last snapshot. */
  listGoneHolders(addOn: AddOn): number[] {
    const present = this.listPresent()
    return this.readHolders()[addOn].filter((userId) => !present.includes(userId))
  }

  /** Ids of the eligible users. */
  listEligible(): number[] {
    const users = [...this.store.users.readAll()]
    return users.filter((user) => findIneligibility(user, offering) === null).map(({ id }) => id)
  }

  /** The changes of a run; empty for an unknown run. */
  listChanges(runId: number): SeatChange[] {
    const run = this.store.runs.find(runId)
    return run === null ? [] : readRunChanges(this.store, run)
  }

  /** Ids of the users whose seat of the add-on of a run was changed after it, by runs and by syncs. */
  listChangedAfter(runId: number): { byRuns: number[]; bySyncs: number[] } {
    const addOn = this.store.runs.find(runId)?.addOn
    const idsOf = (changes: SeatChange[]) =>
      changes.filter((change) => change.addOn === addOn).map(({ userId }) => userId)
    const laterRuns = [...this.store.runs.list()].filter(({ id }) => id > runId)
    return {
      byRuns: idsOf(laterRuns.flatMap((run) => readRunChanges(this.store, run))),
      bySyncs: idsOf(this.#syncs.flatMap(({ afterRun, changes }) => (afterRun < runId ? [] : changes))),
    }
  }

  addUpTrail(): Holders {
    return addUpTrail(this.store, this.#syncs)
  }

  /** Every row of every table. */
  dump(): Record<string, unknown[]> {
    return readTables(this.#played.database)
  }
}
