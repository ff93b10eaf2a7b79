import type { LastUse } from '../../domain/last-use.ts'
import type { HolderUsage } from '../../domain/seat-usage.ts'

export function toHolderRow(holders: HolderUsage): Record<LastUse, number | null> {
  return {
    held: holders.held,
    used_in_7_days: holders.used[7],
    used_in_30_days: holders.used[30],
    used_in_90_days: holders.used[90],
    idle_30_to_59_days: holders.idle[30],
    idle_60_to_89_days: holders.idle[60],
    idle_90_days: holders.idle[90],
    without_recorded_use: holders.withoutRecord,
    not_eligible: holders.notEligible,
  }
}
