import type { IsAtWork } from '../domain/recorded-run.ts'
import { judgeConditions, type StatusLimits } from '../domain/status-condition.ts'
import type { StatusReport } from '../domain/status-report.ts'
import { listAttention } from '../domain/store-status.ts'
import { listRuns } from '../runs/list-runs.ts'
import { everyRun } from '../store/runs.ts'
import type { Store } from '../store/store.ts'
import { type ReadHolders, readStatus, type StatusTime } from './read-status.ts'

export const usualInactiveDays = 30

export const noLimits: StatusLimits = {
  minFree: null,
  expiresWithinDays: null,
  maxIdle: null,
  maxAgeMs: null,
  noIneligible: false,
}

const shownRuns = 3

interface StatusQuestion extends StatusTime {
  limits: StatusLimits
  isAtWork: IsAtWork
  /** In place of reading the store. */
  readHolders?: ReadHolders
}

/** @throws UserError when the store is empty */
export function readStatusReport(
  store: Store,
  { limits, isAtWork, readHolders, ...time }: StatusQuestion,
): StatusReport {
  return store.readAtOnce(() => {
    const status = readStatus(store, time, readHolders)
    const last = listRuns(store, { ...everyRun, user: null, outcome: null, limit: shownRuns }, isAtWork)
    return {
      ...status,
      conditions: judgeConditions(status, limits),
      runs: [...last.readRuns()],
      attention: listAttention(status),
    }
  })
}
