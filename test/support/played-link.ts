import Database from 'better-sqlite3'
import { type AddOn, addOnNames } from '../../src/domain/add-on.ts'
import type { Instant } from '../../src/domain/day.ts'
import type { RequestSource } from '../../src/domain/request.ts'
import { findIneligibility } from '../../src/domain/user.ts'
import { UserError } from '../../src/errors.ts'
import { migrations } from '../../src/store/migrations.ts'
import { Store } from '../../src/store/store.ts'
import { syncGitLab } from '../../src/sync/sync-gitlab.ts'
import type { LinkedStep } from './linked-histories.ts'
import { findLastRunId, listSource, playOrder, quietly, type Reported } from './play-order.ts'
import { calm, type Disturbance, type PlayedGitLab, type Sent } from './played-gitlab.ts'
import { readTables } from './read-store.ts'
import type { Order } from './seat-histories.ts'
import { type Holders, makeHolders } from './seat-trail.ts'
import { purchaseIds, type World } from './worlds.ts'

/** The end of a command. */
export interface Ended {
  /** Null when the run did not begin, and for a sync. */
  reported: Reported | null
  failure: UserError | null
  sent: Sent
}

export interface RunFacts {
  dryRun?: boolean
  push?: boolean
  source?: RequestSource
  disturbance?: Disturbance
}

/** A change of a seat that GitLab has confirmed. */
export interface ConfirmedChange {
  addOn: AddOn
  userId: number
  isGiven: boolean
}

/** A store in memory that is linked to a GitLab. Two steps are twenty days apart. */
export class PlayedLink {
  readonly #database = new Database(':memory:')
  readonly store: Store
  readonly gitlab: PlayedGitLab
  #steps = 0
  /** Results that were confirmed at the last reading, as `run number`. */
  readonly #confirmed = new Set<string>()

  private constructor(gitlab: PlayedGitLab) {
    for (const migration of migrations) this.#database.exec(migration)
    this.store = new Store(this.#database, () => new Database(':memory:'))
    this.gitlab = gitlab
  }

  /** Links to a GitLab that becomes `first`, and syncs. */
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

  /** @returns the end of a command; null for a change of the administrator */
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

  async run(order: Order, facts: RunFacts = {}): Promise<Ended> {
    const { dryRun = false, push = true, source = listSource(order), disturbance = calm } = facts
    let reported: Reported | null = null
    const ended = await this.#end(disturbance, () =>
      playOrder(order, {
        store: this.store,
        now: this.now,
        link: { connect: push ? this.gitlab.connect : null },
        dryRun,
        source,
        onFound: () => {},
        onReport: (told) => {
          reported = told
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

  get lastRunId(): number {
    return findLastRunId(this.store)
  }

  /** The holders once every pending change is pushed. */
  readHolders(): Holders {
    return this.#readSeats('removal_run_id IS NULL')
  }

  /** The users with a pending change. */
  readPending(): Holders {
    return this.#readSeats('pending = 1')
  }

  readPendingRemovals(): Holders {
    return this.#readSeats('removal_run_id IS NOT NULL')
  }

  #readSeats(condition: string): Holders {
    const read = this.#database
      .prepare<[number], number>(`SELECT user_id FROM seats WHERE add_on_purchase_id = ? AND ${condition}`)
      .pluck()
    return makeHolders((addOn) => read.all(purchaseIds[addOn]))
  }

  /** The users of results that are pending. */
  readWaiting(): Holders {
    const read = this.#database
      .prepare<[number], number>(`
        SELECT DISTINCT user_id FROM results JOIN runs ON runs.id = run_id
        WHERE pushed = 'pending' AND add_on_purchase_id = ?
      `)
      .pluck()
    return makeHolders((addOn) => read.all(purchaseIds[addOn]))
  }

  /** The changes that were confirmed since the last call, in order of runs and results. */
  readConfirmed(): ConfirmedChange[] {
    const runs = [...this.store.runs.list(null)].sort((a, b) => a.id - b.id)
    return runs.flatMap(({ id, addOn }) =>
      [...this.store.results.read(id)].flatMap(({ outcome, userId, pushed }, index) => {
        const key = `${id} ${index}`
        if (pushed !== 'confirmed' || userId === null || this.#confirmed.has(key)) return []
        this.#confirmed.add(key)
        return [{ addOn, userId, isGiven: outcome === 'assigned' }]
      }),
    )
  }

  /** The quantity in the store; 0 without a purchase. */
  countBought(addOn: AddOn): number {
    return this.store.addOnPurchases.list().find((purchase) => purchase.addOn === addOn)?.quantity ?? 0
  }

  /** The add-ons that GitLab shows. */
  listShown(): AddOn[] {
    return addOnNames.filter((addOn) => this.gitlab.readQuantity(addOn) !== null)
  }

  /** Ids of the eligible users of the store. */
  listEligible(): number[] {
    const users = [...this.store.users.readAll()]
    return users.filter((user) => findIneligibility(user, this.gitlab.offering) === null).map(({ id }) => id)
  }

  /** Every row of every table. */
  dump(): Record<string, unknown[]> {
    return readTables(this.#database)
  }
}
