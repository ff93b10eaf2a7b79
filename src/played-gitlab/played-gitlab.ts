import { type AddOnPurchase, phaseOf } from '../domain/add-on.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import { findIneligibility } from '../domain/ineligibility.ts'
import type { Offering } from '../domain/user.ts'
import type { ServedData, ServedUser } from '../store/served-data.ts'
import { noFilter, type ServedFilter } from '../store/served-query.ts'
import type { Store } from '../store/store.ts'
import { type CallerRole, managesSeats, usualCaller } from './caller.ts'
import type { GitLabVersion } from './gitlab-version.ts'
import { notAvailable } from './refusals.ts'

/** One instance, or one top-level group on GitLab.com. */
export interface GitLabRole {
  offering: Offering
  group: string | null
  version: GitLabVersion
  /** Default: an administrator or, of a group, an Owner. */
  caller?: CallerRole | undefined
  /** As for a caller without the right to see addresses. Default: false. */
  hidesEmails?: boolean
  /** The address of the server, without a slash at the end. */
  url: string
}

/** The store in the role of a GitLab, with the rules that queries and mutations share. */
export class PlayedGitLab {
  readonly role: GitLabRole
  readonly store: Store
  readonly data: ServedData
  readonly readClock: () => Instant

  constructor(store: Store, data: ServedData, role: GitLabRole, readClock: () => Instant) {
    this.role = role
    this.store = store
    this.data = data
    this.readClock = readClock
  }

  get caller(): CallerRole {
    return this.role.caller ?? usualCaller(this.role.offering)
  }

  /** Whether the caller may read and change seats. */
  get managesSeats(): boolean {
    return managesSeats(this.caller, this.role.offering)
  }

  /** To administrators, who exist in an instance only. */
  get showsAddresses(): boolean {
    return this.role.offering === 'self-managed' && this.managesSeats && this.role.hidesEmails !== true
  }

  /** For look-ups of users. The lists of holders and of members contain blocked users for every caller. */
  get shownUsers(): ServedFilter {
    return { ...noFilter, shownToAllOnly: this.caller !== 'administrator' }
  }

  /** Active purchases; none for a caller without the right, and without an error. */
  listShownPurchases(): AddOnPurchase[] {
    if (!this.managesSeats) return []
    const today = dayOf(this.readClock())
    return this.data.listPurchases().filter((purchase) => phaseOf(purchase, today) === 'active')
  }

  /** @throws GraphQLError for a caller without the right */
  requireRight(): void {
    if (!this.managesSeats) throw notAvailable()
  }

  /** @throws GraphQLError when the purchase is unknown or not active, or for a caller without the right */
  requirePurchase(id: number | undefined): AddOnPurchase {
    const purchase = this.listShownPurchases().find((active) => active.id === id)
    if (purchase === undefined) throw notAvailable()
    return purchase
  }

  countFreeSeats({ id, quantity }: AddOnPurchase): number {
    return quantity - this.data.lists.countSeats(id)
  }

  isEligible(user: ServedUser): boolean {
    return findIneligibility(user, this.role.offering) === null
  }

  /** Each known user once, in the order of the ids. */
  readKnownUsers(ids: readonly number[]): ServedUser[] {
    const known = new Set(this.data.findIds('id', ids))
    return this.data.readUsers([...new Set(ids)].filter((id) => known.has(id)))
  }
}
