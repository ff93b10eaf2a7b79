import { formatSeats, seriesLabels, seriesNames } from '../../../chart/seat-series.ts'
import type { PeriodName, UsagePeriod } from '../../../domain/usage-periods.ts'

export const periodTitles: Record<PeriodName, string> = { day: 'Day', week: 'Week', month: 'Month' }

/** `2026-03-02 – 2026-03-08`, `2026-03`. */
export function namePeriod({ from, to }: UsagePeriod, by: PeriodName): string {
  if (by === 'month') return from.slice(0, 7)
  return from === to ? from : `${from} – ${to}`
}

/** For assistive technology. */
export function describePeriod(period: UsagePeriod, by: PeriodName): string {
  const values = seriesNames.map((name) => `${seriesLabels[name]}: ${formatSeats(period[name])}`)
  return `${namePeriod(period, by)}. ${values.join('. ')}`
}
