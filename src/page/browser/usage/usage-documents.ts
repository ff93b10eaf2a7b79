import type { AddOn } from '../../../domain/add-on.ts'
import type { Instant } from '../../../domain/day.ts'
import type { LastUse } from '../../../domain/last-use.ts'
import type { PeriodName, UsagePeriod } from '../../../domain/usage-periods.ts'

export interface UsageDocument {
  purchase: { add_on: AddOn; quantity: number; assigned: number; free: number | null }
  synced_at: Instant
  /** Null if unknown. */
  holders: Record<LastUse, number | null>
  by: PeriodName
  periods: readonly UsagePeriod[]
}

/** Seats that a reclaim would take after 1, 2, 3 … days without use; null unless the purchase is active. */
export interface ReclaimableDocument {
  add_on: AddOn
  with_recorded_use: readonly number[] | null
  including_never_active: readonly number[] | null
}
