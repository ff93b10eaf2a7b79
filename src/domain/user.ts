import type { Day } from './day.ts'

/** GitLab Dedicated counts as self-managed. */
export type Offering = 'self-managed' | 'gitlab.com'

/** The states that this version supports, in the spelling of GitLab's API. */
export const userStates = [
  'active',
  'blocked',
  'ldap_blocked',
  'banned',
  'deactivated',
  'blocked_pending_approval',
] as const

/** Every type but bots, service accounts and the ghost user (`User.without_bots.without_ghosts`). A newer type is not among them. */
const seatTypes = ['human', 'service_user', 'placeholder', 'import_user']

/** The types that this version supports, in lower case (GitLab's `app/models/concerns/has_user_type.rb`). */
const userTypes: ReadonlySet<string> = new Set([
  ...seatTypes,
  ...['ghost', 'service_account', 'support_bot', 'alert_bot', 'visual_review_bot', 'project_bot'],
  ...['migration_bot', 'security_bot', 'automation_bot', 'security_policy_bot', 'admin_bot'],
  ...['suggested_reviewers_bot', 'llm_bot', 'duo_code_review_bot'],
])

/** @param owner such as `GitLab` */
export function describeUnknownValues(
  { state, type }: Pick<Membership, 'state' | 'type'>,
  owner: string,
): string[] {
  const describe = (what: string, value: string) =>
    `${owner} has users with the ${what} "${value}", which this version of duo-seats does not support. They count as not eligible.`
  return [
    ...(isUserState(state) ? [] : [describe('state', state)]),
    ...(userTypes.has(type) ? [] : [describe('type', type)]),
  ]
}

export function isUserState(state: UserState): boolean {
  return userStates.some((known) => known === state)
}

/** One of {@link userStates}, or one that only a newer GitLab has: the user is then not eligible. */
export type UserState = string

export interface Membership {
  state: UserState
  /** `human`, or another type of GitLab's in lower case. */
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

/** One of several. */
export interface UserAddress {
  userId: number
  address: string
}

/** Whether users of the type may hold a seat. */
export function isSeatType(type: string): boolean {
  return seatTypes.includes(type)
}
