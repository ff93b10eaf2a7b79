import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import type { AddOn } from '../../src/domain/add-on.ts'
import type { Instant } from '../../src/domain/day.ts'
import type { Offering, UserState } from '../../src/domain/user.ts'
import { GitLab } from '../../src/gitlab/gitlab.ts'
import { parseGlobalId } from '../../src/gitlab/global-id.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { syncSnapshot } from '../../src/sync/sync-snapshot.ts'
import { makeOptions } from '../gitlab/peer-gitlab.ts'
import { hostedToken, hostGitLab } from './host-gitlab.ts'
import { quietly } from './play-order.ts'
import { type Holders, makeHolders } from './seat-trail.ts'
import { type Passing, startTamperingProxy, type Tampering, type TamperingProxy } from './tampering-proxy.ts'
import { makeWorld, purchaseIds, snapWorld, type World } from './worlds.ts'

/** A change in GitLab that the linked store does not see. */
export type AdminChange =
  | { give: number; addOn: AddOn }
  | { take: number; addOn: AddOn }
  | { quantity: number; addOn: AddOn }
  | { state: UserState; userId: number }
  | { member: boolean; userId: number }

/** Faults for the requests of one command. */
export interface Disturbance {
  /** For the first mutations, in order; later ones pass. */
  mutations: readonly Tampering[]
  /** Whether all later mutations are refused, as after the token lost its rights. */
  isDeniedThen: boolean
  /** Positions of queries that get no answer, from 0. */
  lostQueries: readonly number[]
  /** Made in GitLab just before the first mutation. */
  meanwhile: AdminChange | null
}

export const calm: Disturbance = { mutations: [], isDeniedThen: false, lostQueries: [], meanwhile: null }

const denied: Tampering = {
  status: 401,
  headers: { 'content-type': 'application/json' },
  body: '{"errors":[{"message":"Invalid token"}]}',
}

/** Numbers of requests. */
export interface Sent {
  mutations: number
  queries: number
}

const groups: Record<Offering, string | null> = { 'gitlab.com': 'acme', 'self-managed': null }

/** Brings a store to the state of a world. */
async function snap(world: World, now: Instant, offering: Offering, store: Store): Promise<void> {
  const snapshot = snapWorld(world, now, store)
  const subscription = { ...snapshot.subscription, offering, group: groups[offering] }
  await syncSnapshot(
    { ...snapshot, subscription },
    { allowOlder: true },
    { ...quietly, store, readClock: () => now },
  )
}

/** A hosted GitLab with an administrator who changes it, behind a proxy that fails. Ends with the test. */
export class PlayedGitLab {
  readonly offering: Offering
  readonly #admin: Database.Database
  readonly #adminStore: Store
  readonly #proxy: TamperingProxy
  #disturbance = calm
  #sent: Sent = { mutations: 0, queries: 0 }
  /** Users in mutations that gave a seat again, though the store could know that it was held. */
  readonly sentAgain: number[] = []
  /** Users to whom the administrator gave a seat since the last sync of the store. */
  readonly givenUnseen = new Set<number>()
  /** Called after each change of the administrator. */
  onAdminChange: (before: Holders, after: Holders) => void = () => {}

  private constructor(
    offering: Offering,
    admin: Database.Database,
    adminStore: Store,
    proxy: TamperingProxy,
  ) {
    this.offering = offering
    this.#admin = admin
    this.#adminStore = adminStore
    this.#proxy = proxy
    proxy.tamper = (passing) => this.#disturb(passing)
  }

  static async open(offering: Offering): Promise<PlayedGitLab> {
    const path = mkdtempSync(join(tmpdir(), 'duo-seats-gitlab-'))
    const file = join(path, 'store.db')
    const adminStore = await openStore(file, { create: true })
    const admin = new Database(file)
    admin.pragma('synchronous = OFF')
    await snap(makeWorld({ users: [], quantity: 0 }), '2026-01-01T09:00:00.000Z', offering, adminStore)
    onTestFinished(() => {
      for (const database of [adminStore, admin]) database.close()
      rmSync(path, { recursive: true })
    })
    const { url } = await hostGitLab(file)
    return new PlayedGitLab(offering, admin, adminStore, await startTamperingProxy(url))
  }

  /** Connects like a command, with a short back-off. */
  readonly connect = (): Promise<GitLab> => {
    const facts = { group: groups[this.offering], token: hostedToken }
    return GitLab.connect(makeOptions(this.#proxy.url, facts).options)
  }

  /** Replaces everything by another GitLab. */
  async begin(world: World, now: Instant): Promise<void> {
    this.#admin.exec(
      'DELETE FROM history; DELETE FROM daily_activity; DELETE FROM last_holders; DELETE FROM seats; DELETE FROM former_usernames; DELETE FROM emails; DELETE FROM users; DELETE FROM add_on_purchases',
    )
    this.onAdminChange = () => {}
    this.givenUnseen.clear()
    await this.become(world, now)
    this.givenUnseen.clear()
    this.sentAgain.length = 0
  }

  /** Changes users, purchases and seats in one step. */
  async become(world: World, now: Instant): Promise<void> {
    const before = this.readHolders()
    await snap(world, now, this.offering, this.#adminStore)
    this.#noteAdmin(before)
  }

  change(change: AdminChange): void {
    const before = this.readHolders()
    this.#apply(change)
    this.#noteAdmin(before)
  }

  #apply(change: AdminChange): void {
    const run = (sql: string, ...values: unknown[]) => this.#admin.prepare(sql).run(...values)
    if ('quantity' in change)
      run('UPDATE add_on_purchases SET quantity = ? WHERE add_on = ?', change.quantity, change.addOn)
    else if ('state' in change) run('UPDATE users SET state = ? WHERE id = ?', change.state, change.userId)
    else if ('member' in change)
      run('UPDATE users SET member = ? WHERE id = ?', Number(change.member), change.userId)
    else if ('take' in change)
      run(
        'DELETE FROM seats WHERE add_on_purchase_id = ? AND user_id = ?',
        purchaseIds[change.addOn],
        change.take,
      )
    else
      run(
        `INSERT OR IGNORE INTO seats (add_on_purchase_id, user_id)
         SELECT add_on_purchases.id, users.id FROM add_on_purchases, users
         WHERE add_on = ? AND users.id = ? AND users.gone_at IS NULL AND add_on_purchases.gone_at IS NULL`,
        change.addOn,
        change.give,
      )
  }

  #noteAdmin(before: Holders): void {
    const after = this.readHolders()
    for (const addOn of Object.keys(after) as AddOn[])
      for (const userId of after[addOn]) if (!before[addOn].includes(userId)) this.givenUnseen.add(userId)
    this.onAdminChange(before, after)
  }

  readHolders(): Holders {
    const read = this.#admin
      .prepare<[number], number>('SELECT user_id FROM seats WHERE add_on_purchase_id = ?')
      .pluck()
    return makeHolders((addOn) => read.all(purchaseIds[addOn]))
  }

  /** Purchased seats; null without a purchase. */
  readQuantity(addOn: AddOn): number | null {
    return (
      this.#admin
        .prepare<[string], number>(
          'SELECT quantity FROM add_on_purchases WHERE add_on = ? AND gone_at IS NULL',
        )
        .pluck()
        .get(addOn) ?? null
    )
  }

  /** Runs `work` with faults, and returns the numbers of its requests. */
  async disturb(disturbance: Disturbance, work: () => Promise<void>): Promise<Sent> {
    this.#disturbance = disturbance
    this.#sent = { mutations: 0, queries: 0 }
    await work()
    this.#disturbance = calm
    return this.#sent
  }

  #disturb(passing: Passing): Tampering {
    const { mutations, isDeniedThen, lostQueries, meanwhile } = this.#disturbance
    if (!passing.isMutation) return lostQueries.includes(this.#sent.queries++) ? 'drop' : 'pass'
    const index = this.#sent.mutations++
    if (index === 0 && meanwhile !== null) this.change(meanwhile)
    this.#noteSentAgain(passing)
    return mutations[index] ?? (isDeniedThen ? denied : 'pass')
  }

  /** GitLab notifies every user to whom a seat is given, also a holder. */
  #noteSentAgain({ operation, variables }: Passing): void {
    if (!operation.startsWith('Give')) return
    const purchaseId = parseGlobalId('GitlabSubscriptions::AddOnPurchase', variables['addOnPurchaseId'])
    const sent = [variables['userIds'] ?? variables['userId']].flat()
    const holders = this.readHolders()[purchaseId === purchaseIds['duo-pro'] ? 'duo-pro' : 'duo-enterprise']
    for (const userId of sent.map((id) => parseGlobalId('User', id) ?? 0))
      if (holders.includes(userId) && !this.givenUnseen.has(userId)) this.sentAgain.push(userId)
  }
}
