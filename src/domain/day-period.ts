import { addDays, type Day, type Instant, isDay, nextMonth } from './day.ts'

/** `since` is its first instant, `until` the first one behind it. */
export interface Period {
  since: Instant
  until: Instant
}

/** @returns null unless the text is a day (`2026-03-01`) or a month (`2026-03`), both in UTC */
export function findDayPeriod(text: string): Period | null {
  if (isDay(text)) return periodOfDay(text)
  const firstDay = `${text}-01`
  if (!/^\d{4}-\d{2}$/.test(text) || !isDay(firstDay)) return null
  return periodOf(firstDay, nextMonth(firstDay))
}

export function periodOfDay(day: Day): Period {
  return periodOf(day, addDays(day, 1))
}

function periodOf(from: Day, behind: Day): Period {
  return { since: startOf(from), until: startOf(behind) }
}

function startOf(day: Day): Instant {
  return `${day}T00:00:00.000Z`
}
