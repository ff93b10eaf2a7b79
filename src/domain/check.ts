/** The state of one part of the set-up. `skipped`: not checked, since an earlier check failed or the part is not set up. */
export type Verdict = 'ok' | 'warning' | 'failed' | 'skipped'

/** One check of `doctor`. */
export interface Check {
  /** The name in snake_case: a contract with scripts. */
  check: CheckName
  verdict: Verdict
  /** The finding as a sentence. */
  message: string
  /** The next step; null where there is none. */
  advice: string | null
}

/** Every check, in order. */
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
