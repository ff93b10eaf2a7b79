import type { Surplus } from './surplus.ts'

/** `skipped`: an earlier check failed, or the part is not set up. `note`: says nothing about the set-up. */
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
