import { describeIneligibility } from '../../../domain/user.ts'
import type { UserRow } from '../documents.ts'

/** In the time zone of the browser. */
export function localDay(instant: string): string {
  const date = new Date(instant)
  const twoDigits = (number: number) => String(number).padStart(2, '0')
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`
}

export function describeSeat({ pushed, holds_seat, assigned_at }: UserRow): string {
  if (pushed === 'pending') return holds_seat ? 'pending' : 'pending removal'
  if (!holds_seat) return ''
  return assigned_at === null ? 'unknown' : localDay(assigned_at)
}

export function describeReason({ reason }: UserRow): string {
  return reason === null ? '' : describeIneligibility(reason)
}

/** `blocked pending approval`. */
export function describeState({ state }: UserRow): string {
  return state.replaceAll('_', ' ')
}
