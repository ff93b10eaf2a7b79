import { countWords } from '../domain/count-words.ts'
import { type Day, daysBetween } from '../domain/day.ts'
import type { Account } from '../gitlab/read-account.ts'

const daysOfWarning = 14

/** `text` continues "the token": `expires on 2026-12-01, in 5 days`. */
export function describeTokenExpiry(
  { expiresOn }: Pick<Account, 'expiresOn'>,
  today: Day,
): { text: string; isNear: boolean } {
  if (expiresOn === null) return { text: 'has an unknown day of expiry', isNear: false }
  if (expiresOn === 'never') return { text: 'does not expire', isNear: false }
  const days = daysBetween(today, expiresOn)
  const text = `expires on ${expiresOn}, in ${countWords(days, 'day')}`
  return { text, isNear: days <= daysOfWarning }
}
