import { describeIneligibility } from '../../../domain/ineligibility.ts'
import type { UserRow } from '../documents.ts'
import { localDay } from '../local-time.ts'

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
