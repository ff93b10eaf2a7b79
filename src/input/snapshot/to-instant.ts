import type { Instant } from '../../domain/day.ts'

/** Formats like `toISOString`. The schema has checked the form, and a Date for each of a million seats takes a second. */
export function toInstant(text: string): Instant {
  const [seconds, fraction = ''] = text.slice(0, -1).split('.')
  return `${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`
}

export function toNullableInstant(text: string | null): Instant | null {
  return text === null ? null : toInstant(text)
}
