import type { SeatSort } from '../../../domain/seat-table.ts'
import type { UserRow } from '../documents.ts'
import { describeReason, describeSeat, describeState } from './describe-user.ts'

export interface UserTableColumn {
  key: SeatSort
  title: string
  /** On narrow pages, before the fact. */
  label?: string
  /** Null for the toggle. */
  read: ((row: UserRow) => string) | null
  /** Shown in a weaker colour: the fact is missing. */
  isMissing?: (row: UserRow) => boolean
}

export const userTableColumns: readonly UserTableColumn[] = [
  { key: 'name', title: 'Name', read: ({ name }) => name },
  { key: 'username', title: 'Username', read: ({ username }) => `@${username}` },
  {
    key: 'email',
    title: 'Address',
    read: ({ email }) => email ?? 'private',
    isMissing: ({ email }) => email === null,
  },
  { key: 'state', title: 'State', read: describeState },
  { key: 'seat', title: 'Seat', read: null },
  {
    key: 'assigned_at',
    title: 'Seat since',
    label: 'Since',
    read: describeSeat,
    isMissing: (row) => row.assigned_at === null,
  },
  {
    key: 'last_activity_on',
    title: 'Last activity',
    label: 'GitLab',
    read: ({ last_activity_on }) => last_activity_on ?? 'never',
    isMissing: ({ last_activity_on }) => last_activity_on === null,
  },
  {
    key: 'last_duo_activity_on',
    title: 'Last Duo activity',
    label: 'Duo',
    read: ({ last_duo_activity_on }) => last_duo_activity_on ?? 'unknown',
    isMissing: ({ last_duo_activity_on }) => last_duo_activity_on === null,
  },
  { key: 'reason', title: 'Why not', read: describeReason },
]
