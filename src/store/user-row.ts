import { findIneligibility } from '../domain/ineligibility.ts'
import type { ListedUser } from '../domain/seat-list.ts'
import type { Offering, User, UserState } from '../domain/user.ts'

export interface UserRow {
  id: number
  username: string
  name: string
  email: string | null
  state: UserState
  type: string
  member: number
  last_activity_on: string | null
  last_duo_activity_on: string | null
}

/** With every pending change done. */
export interface ListedRow extends UserRow {
  gone_at: string | null
  holds_seat: number
  is_pending: number
  assigned_at: string | null
  seen_at: string | null
}

/** The columns of a {@link UserRow}: each further one slows a list of a million users. */
export const userColumns =
  'id, username, name, email, state, type, member, last_activity_on, last_duo_activity_on'

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    username: row.username,
    name: row.name,
    email: row.email,
    state: row.state,
    type: row.type,
    member: row.member === 1,
    lastActivityOn: row.last_activity_on,
    lastDuoActivityOn: row.last_duo_activity_on,
  }
}

export function toListedUser(row: ListedRow, offering: Offering): ListedUser {
  const isGone = row.gone_at !== null
  return {
    userId: row.id,
    username: row.username,
    name: row.name,
    email: row.email,
    state: row.state,
    holdsSeat: row.holds_seat === 1,
    isPending: row.is_pending === 1,
    reason: isGone ? 'gone' : findIneligibility({ ...row, member: row.member === 1 }, offering),
    assignedAt: row.assigned_at,
    seenAt: row.seen_at,
    lastActivityOn: row.last_activity_on,
    lastDuoActivityOn: row.last_duo_activity_on,
  }
}

export const isFromSync = 'gone_at IS NULL AND looked_up = 0'
