/** How one part of the set-up is. `skipped`: could not be looked at, since something before it failed or is not set up. */
export type Verdict = 'ok' | 'warning' | 'failed' | 'skipped'

/** One thing that `doctor` looked at. */
export interface Check {
  /** What was looked at, in snake_case: a contract with scripts. */
  check: CheckName
  verdict: Verdict
  /** What was found, a sentence. */
  message: string
  /** What to do about it; null where nothing is to be done. */
  advice: string | null
}

/** Everything that `doctor` looks at, in order. */
export const checkNames = [
  'store',
  'pending_seats',
  'address',
  'gitlab_version',
  'token',
  'purchases',
  'subscription_sync',
  'cloud_gitlab_com',
  'customers_gitlab_com',
] as const

export type CheckName = (typeof checkNames)[number]

export function makeCheck(
  check: CheckName,
  verdict: Verdict,
  message: string,
  advice: string | null = null,
): Check {
  return { check, verdict, message, advice }
}
