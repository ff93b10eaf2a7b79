import type { Instant } from '../domain/day.ts'
import { describeStaleness } from '../domain/snapshot.ts'
import { NoPurchaseError, UserError } from '../errors.ts'

interface LicenseFacts {
  lastSyncAt: Instant | null
}

const howToSynchronise =
  'In the Admin area open Subscription, then "Synchronize subscription", and run the command again.'

/** @param license null if GitLab shows none: on GitLab.com, and to a token without administrator rights */
export function explainNoPurchase(
  { group, otherAddOns }: { group: string | null; otherAddOns: readonly string[] },
  license: LicenseFacts | null,
  now: Instant,
): UserError {
  if (otherAddOns.length > 0) {
    const of = group === null ? '' : ` of the group ${group}`
    return new NoPurchaseError(
      'failed',
      `GitLab shows no active Duo Pro or Duo Enterprise purchase${of}, only ${joinWords(otherAddOns)}, without seats for single users.`,
      'Nothing needs to be assigned. Only Duo Pro and Duo Enterprise have seats that are assigned.',
    )
  }
  if (group !== null) {
    return new NoPurchaseError(
      'failed',
      `GitLab shows no active Duo Pro or Duo Enterprise purchase of the group ${group}.`,
      'Buy or renew seats. On GitLab.com a purchase arrives within minutes.',
    )
  }
  if (license === null) {
    return new UserError(
      'denied',
      'GitLab shows neither a Duo purchase nor its license to this token.',
      'Use a token of an administrator.',
    )
  }
  return explainSelfManaged(license.lastSyncAt, now)
}

function joinWords(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' and ')
}

function explainSelfManaged(lastSyncAt: Instant | null, now: Instant): NoPurchaseError {
  const sentence = 'GitLab shows no active Duo Pro or Duo Enterprise purchase'
  if (lastSyncAt === null) {
    return new NoPurchaseError(
      'failed',
      `${sentence}, and its subscription was never synchronised.`,
      howToSynchronise,
    )
  }
  const staleness = describeStaleness(lastSyncAt, now)
  if (staleness !== null) {
    return new NoPurchaseError(
      'failed',
      `${sentence}. ${staleness} A newer purchase may be missing.`,
      howToSynchronise,
    )
  }
  return new NoPurchaseError(
    'failed',
    `${sentence}, as of its last synchronisation at ${lastSyncAt}.`,
    `Buy or renew seats. ${howToSynchronise}`,
  )
}
