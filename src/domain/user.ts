import type { Day } from './day.ts'

/** Where GitLab runs. GitLab Dedicated counts as self-managed. */
export type Offering = 'self-managed' | 'gitlab.com'

/** GitLab's user states, in the spelling of its API. */
export const userStates = [
  'active',
  'blocked',
  'ldap_blocked',
  'banned',
  'deactivated',
  'blocked_pending_approval',
] as const

export type UserState = (typeof userStates)[number]

/** The facts that eligibility depends on. */
export interface Membership {
  state: UserState
  /** `human`, or one of GitLab's other user types in lower case. */
  type: string
  /** Member of the top-level group, or of a subgroup or project in it; counts on GitLab.com only. */
  member: boolean
}

export interface User extends Membership {
  id: number
  username: string
  name: string
  email: string | null
  lastActivityOn: Day | null
  lastDuoActivityOn: Day | null
}

/**
 * The reason why a user may not have a seat: a user state, a user type, `not_a_member`, `gone` for a user who no longer exists
 * in GitLab, or `not_eligible` where GitLab reports no reason.
 */
export type Ineligibility = string

/**
 * GitLab's rule of eligibility (`User.eligible_for_self_managed_gitlab_duo_seats` and the members of the top-level group
 * on GitLab.com): active, human and, on GitLab.com, a member at any role. Role and billing do not count.
 *
 * @returns the first reason that stands against a seat, or null
 */
export function findIneligibility(user: Membership, offering: Offering): Ineligibility | null {
  if (user.type !== 'human') return user.type
  if (user.state !== 'active') return user.state
  if (offering === 'gitlab.com' && !user.member) return 'not_a_member'
  return null
}

const sentences: ReadonlyMap<Ineligibility, string> = new Map([
  ['blocked', 'The user is blocked.'],
  ['ldap_blocked', 'The user is blocked by LDAP.'],
  ['banned', 'The user is banned.'],
  ['deactivated', 'The user is deactivated.'],
  ['blocked_pending_approval', 'The account is waiting for approval.'],
  ['ghost', 'The ghost user is not a person.'],
  [
    'not_eligible',
    'The user is no longer eligible, GitLab reports. Run "duo-seats sync", then assign again to see why.',
  ],
  ['not_a_member', 'The user is not a member of the group, its subgroups or projects.'],
  ['gone', 'The user no longer exists in GitLab.'],
])

/** The reason as a sentence about the user. */
export function describeIneligibility(reason: Ineligibility): string {
  return sentences.get(reason) ?? `Not a human user (${reason}).`
}

const remedies: ReadonlyMap<Ineligibility, string> = new Map([
  ['blocked', 'Unblock the user in GitLab, then assign again.'],
  ['ldap_blocked', 'Enable the user in the directory, then assign again.'],
  ['banned', 'Unban the user in GitLab, then assign again.'],
  ['deactivated', 'Activate the user in GitLab, then assign again.'],
  ['blocked_pending_approval', 'Approve the account in GitLab, then assign again.'],
  ['not_a_member', 'Add the user to the group, then assign again.'],
])

/** The next step as a sentence; empty for `not_eligible`, whose own sentence contains it. */
export function describeRemedy(reason: Ineligibility): string {
  return remedies.get(reason) ?? (reason === 'not_eligible' ? '' : 'Remove the row from the list.')
}
