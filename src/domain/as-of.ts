import { countWords } from './count-words.ts'
import { type Instant, msPerMinute } from './day.ts'

/** `3 hours ago (2026-11-26 03:12 UTC)`. */
export function describeAge(then: Instant, now: Instant): string {
  return `${describeElapsed(then, now)} (${formatMinute(then)})`
}

/** `3 hours ago`. */
export function describeElapsed(then: Instant, now: Instant): string {
  return `${countAge(Math.floor((Date.parse(now) - Date.parse(then)) / msPerMinute))} ago`
}

/** @param minutes also negative, after a clock was corrected */
function countAge(minutes: number): string {
  if (minutes < 1) return 'less than a minute'
  if (minutes < 60) return countWords(minutes, 'minute')
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? countWords(hours, 'hour') : countWords(Math.floor(hours / 24), 'day')
}

export function formatMinute(instant: Instant): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`
}
