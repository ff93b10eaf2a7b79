import { type AddOn, addOnNames } from '../../src/domain/add-on.ts'
import type { Instant } from '../../src/domain/day.ts'
import { findIneligibility } from '../../src/domain/ineligibility.ts'
import type { UserList } from '../../src/domain/request.ts'
import { UserError } from '../../src/errors.ts'
import { syncGitLab } from '../../src/sync/sync-gitlab.ts'
import { takeEmptiedStore } from './emptied-store.ts'
import { listHistoryFaults } from './history-faults.ts'
import type { LinkedStep } from './linked-histories.ts'
import { findLastRunId, makeList, playOrder, quietly, type Reported } from './play-order.ts'
import { calm, type Disturbance, type PlayedGitLab, type Sent } from './played-gitlab.ts'
import { readTables } from './read-store.ts'
import type { PlayedOrder } from './seat-histories.ts'
import { type Holders, makeHolders } from './seat-trail.ts'
import { purchaseIds, type World } from './worlds.ts'

/** The end of a command. */
export interface Ended {
  /** Null for a sync, and for a run that did not begin. */
  reported: Reported | null
  failure: UserError | null
  sent: Sent
}

export interface RunFacts {
  dryRun?: boolean
  push?: boolean
  list?: UserList
  disturbance?: Disturbance
}

/** A change of a seat that GitLab has confirmed. */
export interface ConfirmedChange {
  addOn: AddOn
  userId: number
  isGiven: boolean
}

/** A store in memory that is linked to a GitLab. Two steps are twenty days apart. A test plays one link after the other. */
export class PlayedLink {
  readonly #played = takeEmptiedStore()
  readonly store = this.#played.store
  readonly gitlab: PlayedGitLab
  #steps = 0
  /** Results that were read as confirmed before, as `run index`. */
  readonly #confirmed = new Set<string>()

  private constructor(gitlab: PlayedGitLab) {
    this.gitlab = gitlab
  }

  /** Resets a GitLab to `first` and opens a store that is linked to it and synced. */
  static async open(gitlab: PlayedGitLab, first: World): Promise<PlayedLink> {
    const link = new PlayedLink(gitlab)
    await gitlab.begin(first, link.now)
    const target = { url: 'http://127.0.0.1', group: null }
    link.store.links.record({ ...target, linkedAt: link.now })
    await link.sync()
    return link
  }

  get now(): Instant {
    return new Date(Date.UTC(2026, 2, 1 + 20 * this.#steps, 9)).toISOString()
  }

  /** @returns the end of a command; null after a change by an administrator */
  async play(step: LinkedStep): Promise<Ended | null> {
    this.#steps += 1
    if ('run' in step) return this.run(step.run, step)
    if ('sync' in step) return this.sync(step.sync)
    if ('become' in step) await this.gitlab.become(step.become, this.now)
    else this.gitlab.change(step.admin)
    return null
  }

  async sync(disturbance: Disturbance = calm): Promise<Ended> {
    const { gitlab, store } = this
    return this.#end(disturbance, async () => {
      await syncGitLab({ ...quietly, store, connect: gitlab.connect, readClock: () => this.now })
      gitlab.givenUnseen.clear()
    })
  }

  async run(order: PlayedOrder, facts: RunFacts = {}): Promise<Ended> {
    const { dryRun = false, push = true, list = makeList(order), disturbance = calm } = facts
    let reported: Reported | null = null
    const ended = await this.#end(disturbance, () =>
      playOrder(order, {
        store: this.store,
        now: this.now,
        connect: this.gitlab.connect,
        push,
        dryRun,
        list,
        onReport: (report) => {
          reported = report
        },
      }),
    )
    return { ...ended, reported }
  }

  async #end(disturbance: Disturbance, work: () => Promise<void>): Promise<Ended> {
    let failure: UserError | null = null
    const sent = await this.gitlab.disturb(disturbance, async () => {
      try {
        await work()
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        failure = error
      }
    })
    return { reported: null, failure, sent }
  }

  /** Returns the seats and results that the history of the store contradicts. */
  listHistoryFaults(): unknown[] {
    return listHistoryFaults(this.#played.database)
  }

  get lastRunId(): number {
    return findLastRunId(this.store)
  }

  /** The holders once every pending change is done. */
  readHolders(): Holders {
    return this.#readUsers('held_seats', 'TRUE')
  }

  /** The users with a pending change. */
  readPending(): Holders {
    return this.#readUsers('pending_changes', 'TRUE')
  }

  /** The users with a pending removal. */
  readPendingRemovals(): Holders {
    return this.#readUsers('pending_changes', "change = 'take'")
  }

  #readUsers(table: string, condition: string): Holders {
    const read = this.#played.database
      .prepare<[number], number>(`SELECT user_id FROM ${table} WHERE add_on_purchase_id = ? AND ${condition}`)
      .pluck()
    return makeHolders((addOn) => read.all(purchaseIds[addOn]))
  }

  /** The users with a result that waits for GitLab. */
  readWaiting(): Holders {
    const read = this.#played.database
      .prepare<[number], number>(`
        SELECT DISTINCT user_id FROM results JOIN runs ON runs.id = run_id
        WHERE (pushed = 'pending' OR outcome IN ('pending', 'pending_removal')) AND add_on_purchase_id = ?
      `)
      .pluck()
    return makeHolders((addOn) => read.all(purchaseIds[addOn]))
  }

  /** The changes that GitLab has confirmed since the last call, in the order of the results. */
  readConfirmed(): ConfirmedChange[] {
    const runs = [...this.store.runs.list()].sort((a, b) => a.id - b.id)
    return runs.flatMap(({ id, addOn }) =>
      [...this.store.results.read(id)].flatMap(({ outcome, userId, pushed }, index) => {
        const key = `${id} ${index}`
        if (pushed !== 'confirmed' || userId === null || this.#confirmed.has(key)) return []
        this.#confirmed.add(key)
        return [{ addOn, userId, isGiven: outcome === 'assigned' }]
      }),
    )
  }

  /** The number of seats bought, by the store. */
  countBought(addOn: AddOn): number {
    return this.store.addOnPurchases.list().find((purchase) => purchase.addOn === addOn)?.quantity ?? 0
  }

  /** The add-ons with a purchase in GitLab. */
  listShown(): AddOn[] {
    return addOnNames.filter((addOn) => this.gitlab.readQuantity(addOn) !== null)
  }

  /** Ids of the eligible users, by the store. */
  listEligible(): number[] {
    const users = [...this.store.users.readAll()]
    return users.filter((user) => findIneligibility(user, this.gitlab.offering) === null).map(({ id }) => id)
  }

  /** Every row of every table. */
  dump(): Record<string, unknown[]> {
    return readTables(this.#played.database)
  }
}
