import { addDays, type Day, nextMonth } from './day.ts'

export const periodNames = ['day', 'week', 'month'] as const

export type PeriodName = (typeof periodNames)[number]

export interface DayValue {
  day: Day
  value: number
}

/** By day; days without a change are left out. */
export interface UsageSeries {
  /** Seats held at the end of the day. */
  held: readonly DayValue[]
  /** Seats bought at the end of the day. */
  bought: readonly DayValue[]
  /** Holders with Duo activity in the 30 days before the last sync of the day. */
  active: readonly DayValue[]
}

/**
 * From the day of expiry on, no seat is bought, although no sync has found that out.
 *
 * @param expiresOn of the purchase as it is known now; null if unknown
 */
export function endBought(series: UsageSeries, expiresOn: Day | null, today: Day): UsageSeries {
  if (expiresOn === null || today < expiresOn) return series
  const bought = series.bought.filter(({ day }) => day < expiresOn)
  const day = bought.length === 0 ? (series.bought[0]?.day ?? expiresOn) : expiresOn
  return { ...series, bought: [...bought, { day, value: 0 }] }
}

export interface UsagePeriod {
  /** The day, the Monday of the week, or the first day of the month. */
  from: Day
  /** The last day, or today. */
  to: Day
  /** At the end of the period. */
  held: number
  /** Null before the store saw the purchase. */
  bought: number | null
  /** As the last sync of the period found it; null if unknown. */
  active: number | null
}

/**
 * Divides the time up to today into periods, from the first that the store contains.
 *
 * @param since the first day that is asked for
 */
export function divideUsage(
  { held, bought, active }: UsageSeries,
  name: PeriodName,
  { since, today }: { since: Day; today: Day },
): UsagePeriod[] {
  const first = [...held, ...bought].map(({ day }) => day).reduce((a, b) => (a < b ? a : b), today)
  const periods: UsagePeriod[] = []
  for (let from = startOf(since < first ? first : since, name); from <= today; ) {
    const next = startOfNext(from, name)
    const end = addDays(next, -1)
    const to = end < today ? end : today
    const lastActive = findLast(active, to)
    periods.push({
      from,
      to,
      held: findLast(held, to)?.value ?? 0,
      bought: findLast(bought, to)?.value ?? null,
      active: lastActive !== null && lastActive.day >= from ? lastActive.value : null,
    })
    from = next
  }
  return periods
}

function findLast(values: readonly DayValue[], until: Day): DayValue | null {
  return values.findLast(({ day }) => day <= until) ?? null
}

function startOf(day: Day, name: PeriodName): Day {
  if (name === 'day') return day
  if (name === 'month') return `${day.slice(0, 7)}-01`
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return addDays(day, -((weekday + 6) % 7))
}

function startOfNext(from: Day, name: PeriodName): Day {
  if (name === 'day') return addDays(from, 1)
  return name === 'week' ? addDays(from, 7) : nextMonth(from)
}
