import { formatCount } from '../domain/count-words.ts'
import type { PeriodName } from '../domain/usage-periods.ts'

export const seriesNames = ['bought', 'held', 'active'] as const

export type SeriesName = (typeof seriesNames)[number]

export const seriesLabels: Record<SeriesName, string> = {
  bought: 'Bought',
  held: 'Held',
  active: 'Active in the 30 days before',
}

export const axisLabels: Record<PeriodName, string> = {
  day: 'Day (UTC), with the values at its end',
  week: 'Week (UTC), with the values at its end',
  month: 'Month (UTC), with the values at its end',
}

export function formatSeats(value: number | null | undefined): string {
  return value === null || value === undefined ? 'unknown' : formatCount(value)
}
