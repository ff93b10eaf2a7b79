import { type Day, type Instant, isInstant } from '../../domain/day.ts'

/** The first instant of a day in the time zone of the browser; null beyond years of four digits. */
export function startOfLocalDay(day: Day): Instant | null {
  const start = new Date(`${day}T00:00`)
  return Number.isNaN(start.getTime()) || !isInstant(start.toISOString()) ? null : start.toISOString()
}

/** In the time zone of the browser: `2026-03-02`. */
export function localDay(instant: string): string {
  const date = new Date(instant)
  return [date.getFullYear(), twoDigits(date.getMonth() + 1), twoDigits(date.getDate())].join('-')
}

/** In the time zone of the browser: `2026-03-02 10:00`. */
export function localMinute(instant: string): string {
  const date = new Date(instant)
  return `${localDay(instant)} ${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
