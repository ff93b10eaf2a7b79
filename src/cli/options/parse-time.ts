import { InvalidArgumentError } from 'commander'
import { addDays, dayOf, type Instant, isDay, msPerDay } from '../../domain/day.ts'
import { findDayPeriod, type Period, periodOfDay } from '../../domain/day-period.ts'
import { parseDays } from './basic-options.ts'
import { parseDuration } from './gitlab-options.ts'

export type ParsedTime = (now: Instant) => Instant

/** A day or a month in UTC, `today`, `yesterday`, an instant, or a span back: `7d`, `6w`, `1y`, `12h`. */
export function parseSince(text: string): ParsedTime {
  const period = parsePeriod(text.trim())
  return (now) => period(now).since
}

/** As {@link parseSince}; a day or a month is included. */
export function parseUntil(text: string): ParsedTime {
  const period = parsePeriod(text.trim())
  return (now) => period(now).until
}

function parsePeriod(text: string): (now: Instant) => Period {
  const period = findPeriod(text) ?? findMoment(text)
  if (period !== null) return period
  throw new InvalidArgumentError(
    'It takes a day such as 2026-03-01, a month such as 2026-03, a time such as 2026-03-01T08:00:00Z, a span such as 7d, or "yesterday".',
  )
}

function findPeriod(text: string): ((now: Instant) => Period) | null {
  if (text === 'today') return (now) => periodOfDay(dayOf(now))
  if (text === 'yesterday') return (now) => periodOfDay(addDays(dayOf(now), -1))
  const period = findDayPeriod(text)
  return period === null ? null : () => period
}

const instant = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i

function findMoment(text: string): ((now: Instant) => Period) | null {
  const day = instant.exec(text)?.[1]
  const ms = day !== undefined && isDay(day) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(ms)) return () => momentOf(ms)
  const backMs = findSpan(text)
  return backMs === null ? null : (now) => momentOf(Date.parse(now) - backMs)
}

function momentOf(ms: number): Period {
  const moment = new Date(ms).toISOString()
  return { since: moment, until: moment }
}

const daysPerYear = 365

function findSpan(text: string): number | null {
  if (/^\d{1,2}y$/i.test(text)) return Number.parseInt(text, 10) * daysPerYear * msPerDay
  try {
    return parseSpan(text)
  } catch {
    // The option takes more than a span, and its message has all of it.
    return null
  }
}

/** In milliseconds: `24h`, `90m`, `7d`. */
export function parseSpan(text: string): number {
  return /[dw]$/i.test(text.trim()) ? parseDays(text) * msPerDay : parseDuration(text)
}
