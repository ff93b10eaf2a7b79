import { describeElapsed } from '../domain/as-of.ts'
import { type Instant, msPerMinute } from '../domain/day.ts'

/** In the time zone of this machine: `2026-03-02 10:00 +01:00`, or `2026-03-02 09:00 UTC`. */
export function formatLocalMinute(instant: Instant): string {
  return formatLocal(instant, 'YYYY-MM-DD HH:MM'.length)
}

export function formatLocalSecond(instant: Instant): string {
  return formatLocal(instant, 'YYYY-MM-DD HH:MM:SS'.length)
}

function formatLocal(instant: Instant, length: number): string {
  const ms = Date.parse(instant)
  // A damaged store may have any text.
  if (Number.isNaN(ms)) return instant
  const offset = -new Date(ms).getTimezoneOffset()
  const shifted = new Date(ms + offset * msPerMinute).toISOString()
  return `${shifted.slice(0, length).replace('T', ' ')} ${nameOffset(offset)}`
}

function nameOffset(minutes: number): string {
  if (minutes === 0) return 'UTC'
  const twoDigits = (number: number) => String(Math.floor(number)).padStart(2, '0')
  const distance = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${twoDigits(distance / 60)}:${twoDigits(distance % 60)}`
}

/** `3 hours ago (2026-03-02 10:00 +01:00)`. */
export function describeLocalAge(then: Instant, now: Instant): string {
  return `${describeElapsed(then, now)} (${formatLocalMinute(then)})`
}

/** Not beside a quote or a part of a file name: such a time is a value of the user. */
const utcTimes =
  /(?<![\w"/.-])(?:\d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)(?!\.?\w|["/-])/g

/** The times of a sentence of ours, which a store or JSON has in UTC. */
export function localizeTimes(sentence: string, format = formatLocalMinute): string {
  // Most sentences of a long table have no time.
  if (!sentence.includes(':')) return sentence
  return sentence.replaceAll(utcTimes, (match) => (Number.isNaN(Date.parse(match)) ? match : format(match)))
}

const units = [
  ['d', 24 * 60],
  ['h', 60],
  ['min', 1],
] as const

/** `3 h ago`; in days after two of them. */
export function formatAge(then: Instant, now: Instant): string {
  const minutes = Math.floor((Date.parse(now) - Date.parse(then)) / msPerMinute)
  const [unit, size] = units.find(([name, most]) => minutes >= (name === 'd' ? 2 * most : most)) ?? ['min', 0]
  return size === 0 ? 'just now' : `${Math.floor(minutes / size)} ${unit} ago`
}
