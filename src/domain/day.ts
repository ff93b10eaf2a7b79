/** A calendar day in UTC, `YYYY-MM-DD`, which sorts and compares as a string. */
export type Day = string

/** ISO 8601 in UTC, as `Date.prototype.toISOString` writes it. */
export type Instant = string

export const msPerMinute = 60_000

export const msPerHour = 60 * msPerMinute

export const msPerDay = 24 * msPerHour

export function dayOf(instant: Instant): Day {
  return instant.slice(0, 10)
}

export function addDays(day: Day, days: number): Day {
  return dayOf(new Date(Date.parse(day) + days * msPerDay).toISOString())
}

/** The first day of the month after that of a first day. */
export function nextMonth(firstDay: Day): Day {
  return `${addDays(firstDay, longestMonth).slice(0, 7)}-01`
}

const longestMonth = 31

/** Negative when `until` comes first. */
export function daysBetween(from: Day, until: Day): number {
  return Math.round((Date.parse(until) - Date.parse(from)) / msPerDay)
}

export function formatDay(day: Day | null): string {
  return day ?? 'unknown'
}

/** `2026-03-01T08:00:00Z` is one, but not written as {@link Instant}. */
export function isInstant(text: string): boolean {
  return isDay(dayOf(text)) && new Date(text).toJSON() === text
}

const dayPattern = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/

/** `2026-02-30` is not a day. */
export function isDay(text: string): boolean {
  if (!dayPattern.test(text)) return false
  // Every month has 28 days, and a Date for each of a million users takes a second.
  return text.slice(8) <= '28' || new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true
}
