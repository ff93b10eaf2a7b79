import { InvalidArgumentError } from 'commander'
import { type Instant, isDay, msPerDay } from '../../domain/day.ts'
import { parseDays } from './basic-options.ts'
import { parseDuration } from './gitlab-options.ts'

export type Since = (now: Instant) => Instant

const instant = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i

/** A day in UTC, an instant such as `2026-03-01T08:00:00Z`, or a span back: `7d`, `6w`, `12h`. */
export function parseSince(text: string): Since {
  const wanted = text.trim()
  const day = instant.exec(wanted)?.[1] ?? wanted
  const ms = isDay(day) ? Date.parse(wanted) : Number.NaN
  if (!Number.isNaN(ms)) return () => new Date(ms).toISOString()
  if (!/^\d+[a-z]+$/i.test(wanted))
    throw new InvalidArgumentError(
      'It takes a day such as 2026-03-01, a time such as 2026-03-01T08:00:00Z, or a span such as 7d.',
    )
  const backMs = /[dw]$/i.test(wanted) ? parseDays(wanted) * msPerDay : parseDuration(wanted)
  return (now) => new Date(Date.parse(now) - backMs).toISOString()
}
