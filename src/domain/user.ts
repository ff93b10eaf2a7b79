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

/** What decides whether a user may be given a seat. */
export interface Membership {
  state: UserState
  /** `human`, or one of GitLab's other user types in lower case. */
  type: string
  /** Member of the top-level group or of anything in it; counts on GitLab.com only. */
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
 * Why a user may not be given a seat: a user state, a user type, `not_a_member`, `gone` from GitLab, or `not_eligible` where
 * GitLab alone knows more.
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
  ['blocked', 'Is blocked.'],
  ['ldap_blocked', 'Is blocked by LDAP.'],
  ['banned', 'Is banned.'],
  ['deactivated', 'Is deactivated.'],
  ['blocked_pending_approval', 'Waits for approval of the account.'],
  ['ghost', 'Is the ghost user, not a person.'],
  [
    'not_eligible',
    'Is not eligible any more, GitLab says. Run "duo-seats sync", then assign again to see why.',
  ],
  ['not_a_member', 'Is no member of the group or of anything in it.'],
  ['gone', 'Is gone from GitLab.'],
])

/** The reason as a sentence whose subject is the user. */
export function describeIneligibility(reason: Ineligibility): string {
  return sentences.get(reason) ?? `Is no human user (${reason}).`
}

const remedies: ReadonlyMap<Ineligibility, string> = new Map([
  ['blocked', 'Unblock the user in GitLab, then assign again.'],
  ['ldap_blocked', 'Let the user in again in the directory, then assign again.'],
  ['banned', 'Unban the user in GitLab, then assign again.'],
  ['deactivated', 'Activate the user in GitLab, then assign again.'],
  ['blocked_pending_approval', 'Approve it in GitLab, then assign again.'],
  ['not_a_member', 'Add the user there, then assign again.'],
])

/** What to do about it, as a sentence; the one about `not_eligible` says so itself. */
export function describeRemedy(reason: Ineligibility): string {
  return remedies.get(reason) ?? (reason === 'not_eligible' ? '' : 'Leave it out of the list.')
}
