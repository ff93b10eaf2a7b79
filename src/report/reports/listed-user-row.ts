import type { Pushed } from '../../domain/seat-change.ts'
import type { ListedUser } from '../../domain/seat-list.ts'
import type { Cell } from '../report-document.ts'

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

export const linkedUserColumns = [...listedUserColumns, 'pushed'] as const

type ListedUserRow = Record<(typeof listedUserColumns)[number], Cell>

type LinkedUserRow = Record<(typeof linkedUserColumns)[number], Cell>

export function toLinkedUserRow(user: ListedUser): LinkedUserRow {
  return { ...toListedUserRow(user), pushed: judgeSeat(user) }
}

function judgeSeat({ holdsSeat, isPending }: ListedUser): Pushed | null {
  if (isPending) return 'pending'
  return holdsSeat ? 'confirmed' : null
}

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
