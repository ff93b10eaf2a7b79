import { type AddOnPurchase, phaseOf } from '../domain/add-on.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import { findIneligibility, type Offering } from '../domain/user.ts'
import type { Rehearsal, RehearsalUser } from '../store/served-data.ts'
import type { Store } from '../store/store.ts'
import type { GitLabVersion } from './gitlab-version.ts'
import { notAvailable } from './refusals.ts'

/** What is played: one instance, or one top-level group on GitLab.com. */
export interface GitLabRole {
  offering: Offering
  /** Full path of the top-level group; null on Self-Managed. */
  group: string | null
  version: GitLabVersion
  /** Where it is served, without a slash at the end. */
  url: string
}

/** The GitLab that a store plays, with the rules that reading and changing have in common. */
export class ServedGitLab {
  readonly role: GitLabRole
  readonly store: Store
  readonly rehearsal: Rehearsal
  readonly readClock: () => Instant

  constructor(store: Store, role: GitLabRole, readClock: () => Instant) {
    this.role = role
    this.store = store
    this.rehearsal = store.openRehearsal()
    this.readClock = readClock
  }

  /** GitLab shows no other purchases. */
  listActivePurchases(): AddOnPurchase[] {
    const today = dayOf(this.readClock())
    return this.rehearsal.listPurchases().filter((purchase) => phaseOf(purchase, today) === 'active')
  }

  /** @throws GraphQLError where it is unknown or not active */
  requirePurchase(id: number | undefined): AddOnPurchase {
    const purchase = this.listActivePurchases().find((active) => active.id === id)
    if (purchase === undefined) throw notAvailable()
    return purchase
  }

  countFreeSeats({ id, quantity }: AddOnPurchase): number {
    return quantity - this.rehearsal.countSeats(id)
  }

  isEligible(user: RehearsalUser): boolean {
    return findIneligibility(user, this.role.offering) === null
  }

  /** Those of the ids whom GitLab has, each once, in the order of the ids. */
  readKnownUsers(ids: readonly number[]): RehearsalUser[] {
    const known = new Set(this.rehearsal.findIds('id', ids))
    return this.rehearsal.readUsers([...new Set(ids)].filter((id) => known.has(id)))
  }
}
