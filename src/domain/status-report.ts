import type { ListedRun } from './recorded-run.ts'
import type { StatusCondition } from './status-condition.ts'
import type { Attention, StoreStatus } from './store-status.ts'

export interface StatusReport extends StoreStatus {
  attention: readonly Attention[]
  /** One or more for each option that was given. */
  conditions: readonly StatusCondition[]
  /** The last ones, the newest first. */
  runs: readonly ListedRun[]
}
