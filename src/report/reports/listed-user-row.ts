import type { Pushed } from '../../domain/seat-change.ts'
import type { ListedUser } from '../../domain/seat-list.ts'
import type { Cell } from '../report-document.ts'

/** The keys of a listed user in JSON and in CSV, in order. */
export const listedUserColumns = [
  'username',
  'user_id',
  'name',
  'email',
  'state',
  'holds_seat',
  'eligible',
  'reason',
  'assigned_at',
  'last_activity_on',
  'last_duo_activity_on',
] as const

/** The keys of a listed user of a linked store: those of every one, and how far the seat was pushed. */
export const linkedUserColumns = [...listedUserColumns, 'pushed'] as const

export type ListedUserRow = Record<(typeof listedUserColumns)[number], Cell>

export type LinkedUserRow = Record<(typeof linkedUserColumns)[number], Cell>

/** A listed user of a linked store in the form of the contract. */
export function toLinkedUserRow(user: ListedUser): LinkedUserRow {
  return { ...toListedUserRow(user), pushed: judgeSeat(user) }
}

function judgeSeat({ holdsSeat, isPending }: ListedUser): Pushed | null {
  if (isPending) return 'pending'
  return holdsSeat ? 'confirmed' : null
}

/** A listed user in the form of the contract. */
export function toListedUserRow(user: ListedUser): ListedUserRow {
  return {
    username: user.username,
    user_id: user.userId,
    name: user.name,
    email: user.email,
    state: user.state,
    holds_seat: user.holdsSeat,
    eligible: user.reason === null,
    reason: user.reason,
    assigned_at: user.assignedAt,
    last_activity_on: user.lastActivityOn,
    last_duo_activity_on: user.lastDuoActivityOn,
  }
}
