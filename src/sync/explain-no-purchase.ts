import type { Instant } from '../domain/day.ts'
import { describeStaleness } from '../domain/snapshot.ts'
import { NoPurchaseError, UserError } from '../errors.ts'

/** What the license of a Self-Managed instance tells about why there is no purchase. */
interface LicenseFacts {
  lastSyncAt: Instant | null
}

const howToSynchronise =
  'In the Admin area open Subscription, then "Synchronize subscription", and run the command again.'

/**
 * Why GitLab shows no Duo Pro and no Duo Enterprise purchase, as far as it lets one tell: not bought, not synchronised yet, or
 * no right to see it.
 *
 * @param license null where GitLab shows none: on GitLab.com, and to anybody but administrators
 */
export function explainNoPurchase(
  { group }: { group: string | null },
  license: LicenseFacts | null,
  now: Instant,
): UserError {
  if (group !== null) {
    return new NoPurchaseError(
      'failed',
      `GitLab shows no active Duo Pro or Duo Enterprise purchase of the group ${group}.`,
      'It was not bought or has expired; on GitLab.com a purchase arrives by itself within minutes.',
    )
  }
  if (license === null) {
    return new UserError(
      'denied',
      'GitLab shows neither a Duo purchase nor its license to this token.',
      'Take a token of an administrator, with admin_mode as well where Admin Mode is on.',
    )
  }
  return explainSelfManaged(license.lastSyncAt, now)
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
    `${sentence}: as of ${lastSyncAt}, when it last synchronised, none was bought or it has expired.`,
    `Buy or renew seats. If you did just now: ${howToSynchronise}`,
  )
}
