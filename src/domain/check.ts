import type { Surplus } from './surplus.ts'

/** `skipped`: an earlier check failed, or the part is not set up. `note`: no statement about the set-up. */
export type Verdict = 'ok' | 'note' | 'warning' | 'failed' | 'skipped'

export function isPassed({ verdict }: Check): boolean {
  return verdict !== 'warning' && verdict !== 'failed'
}

export interface Check {
  /** A contract with scripts. */
  check: CheckName
  verdict: Verdict
  message: string
  advice: string | null
  surplus?: Surplus
  /** For a failed check: the cause is not on this side. */
  blame?: Blame
}

/** GitLab rejected the token or its rights, or GitLab is out of reach or failing. */
export type Blame = 'token' | 'gitlab'

/** @returns null without a failed check, `this_side` if one of them failed on this side */
export function findBlame(checks: readonly Check[]): Blame | 'this_side' | null {
  const failed = checks.filter(({ verdict }) => verdict === 'failed')
  if (failed.length === 0) return null
  if (failed.some(({ blame }) => blame === undefined)) return 'this_side'
  return failed.some(({ blame }) => blame === 'token') ? 'token' : 'gitlab'
}

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

export function skipChecks(
  checks: readonly CheckName[],
  message: string,
  advice: string | null = null,
): Check[] {
  return checks.map((check) => makeCheck(check, 'skipped', message, advice))
}
