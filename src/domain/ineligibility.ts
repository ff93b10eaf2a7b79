import { isSeatType, type Membership, type Offering, type userStates } from './user.ts'

/** A user state or type, `not_a_member`, `gone` from GitLab, or `not_eligible` if GitLab reports no reason. */
export type Ineligibility = string

/** GitLab's rule (`User.eligible_for_self_managed_gitlab_duo_seats`). Role and billing do not count. */
export function findIneligibility(user: Membership, offering: Offering): Ineligibility | null {
  if (!isSeatType(user.type)) return user.type
  if (user.state !== 'active') return user.state
  if (offering === 'gitlab.com' && !user.member) return 'not_a_member'
  return null
}

interface IneligibilityEntry {
  sentence: string
  /** Empty if the sentence contains the next step. */
  remedy: string
  /** Why GitLab likely took the seat. */
  loss: string
}

type KnownIneligibility =
  | Exclude<(typeof userStates)[number], 'active'>
  | 'ghost'
  | 'not_a_member'
  | 'gone'
  | 'not_eligible'

const noRemedy = 'Remove the row from the list.'
const anyLoss = 'Likely because the user is not eligible.'

const ineligibilities: Record<KnownIneligibility, IneligibilityEntry> = {
  blocked: {
    sentence: 'The user is blocked.',
    remedy: 'Unblock the user in GitLab, then assign again.',
    loss: 'Likely because the user was blocked.',
  },
  ldap_blocked: {
    sentence: 'The user is blocked by LDAP.',
    remedy: 'Enable the user in the directory, then assign again.',
    loss: 'Likely because the user was blocked by LDAP.',
  },
  banned: {
    sentence: 'The user is banned.',
    remedy: 'Unban the user in GitLab, then assign again.',
    loss: 'Likely because the user was banned.',
  },
  deactivated: {
    sentence: 'The user is deactivated.',
    remedy: 'Activate the user in GitLab, then assign again.',
    loss: 'Likely because the user was deactivated.',
  },
  blocked_pending_approval: {
    sentence: 'The account is waiting for approval.',
    remedy: 'Approve the account in GitLab, then assign again.',
    loss: anyLoss,
  },
  ghost: { sentence: 'The ghost user is not a person.', remedy: noRemedy, loss: anyLoss },
  not_a_member: {
    sentence: 'The user is not a member of the group, its subgroups or projects.',
    remedy: 'Add the user to the group, then assign again.',
    loss: 'Likely because the user left the group.',
  },
  gone: {
    sentence: 'GitLab no longer lists the user.',
    remedy: noRemedy,
    loss: 'Likely because the user was deleted or left.',
  },
  not_eligible: {
    sentence:
      'The user is no longer eligible, GitLab reports. Run "duo-seats sync", then assign again to see why.',
    remedy: '',
    loss: anyLoss,
  },
}

/** Other than `human`; GitLab adds bots now and then. */
const userType = /(bot|_account)$/

function findIneligibilityEntry(reason: Ineligibility): IneligibilityEntry {
  if (Object.hasOwn(ineligibilities, reason)) return ineligibilities[reason as KnownIneligibility]
  const kind = userType.test(reason) ? 'Not a human user' : 'The user is not eligible'
  return { sentence: `${kind} (${reason}).`, remedy: noRemedy, loss: anyLoss }
}

export function describeIneligibility(reason: Ineligibility): string {
  return findIneligibilityEntry(reason).sentence
}

/** Empty for `not_eligible`, whose sentence contains the next step. */
export function describeRemedy(reason: Ineligibility): string {
  return findIneligibilityEntry(reason).remedy
}

/** For a seat that GitLab no longer shows. */
export function describeLikelyLoss(reason: Ineligibility): string {
  return findIneligibilityEntry(reason).loss
}
