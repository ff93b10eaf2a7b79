/** A calendar day in UTC, `YYYY-MM-DD`. Days of this form sort and compare as strings. */
export type Day = string

/** An instant, ISO 8601 in UTC, as `Date.prototype.toISOString` writes it. */
export type Instant = string

export const msPerDay = 86_400_000

/** The day on which an instant falls, in UTC. */
export function dayOf(instant: Instant): Day {
  return instant.slice(0, 10)
}

/** The day that lies `days` after `day`; before it when negative. */
export function addDays(day: Day, days: number): Day {
  return dayOf(new Date(Date.parse(day) + days * msPerDay).toISOString())
}

/** Whole days from `from` until `until`; negative when `until` comes first. */
export function daysBetween(from: Day, until: Day): number {
  return Math.round((Date.parse(until) - Date.parse(from)) / msPerDay)
}

/** A day for people; `unknown` where there is none. */
export function formatDay(day: Day | null): string {
  return day ?? 'unknown'
}

/** Whether a text is a day that exists: `2026-02-30` is none. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true
}
