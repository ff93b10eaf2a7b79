import type { Instant } from '../domain/day.ts'
import type { IsAtWork } from '../domain/recorded-run.ts'
import { judgeConditions, type StatusLimits } from '../domain/status-condition.ts'
import type { StatusReport } from '../domain/status-report.ts'
import { listAttention } from '../domain/store-status.ts'
import { listRuns } from '../runs/list-runs.ts'
import type { Store } from '../store/store.ts'
import { readStatus } from './read-status.ts'

export const usualInactiveDays = 30

export const noLimits: StatusLimits = {
  minFree: null,
  expiresWithinDays: null,
  maxIdle: null,
  maxAgeMs: null,
  noIneligible: false,
}

const shownRuns = 3

interface StatusQuestion {
  inactiveForDays: number
  limits: StatusLimits
  now: Instant
  isAtWork: IsAtWork
}

/** @throws UserError when the store is empty */
export function readStatusReport(
  store: Store,
  { inactiveForDays, limits, now, isAtWork }: StatusQuestion,
): StatusReport {
  const status = readStatus(store, inactiveForDays, now)
  const last = listRuns(store, { user: null, outcome: null, limit: shownRuns }, isAtWork)
  return {
    ...status,
    conditions: judgeConditions(status, limits),
    runs: [...last.readRuns()],
    attention: listAttention(status),
  }
}
