import type { Day } from './day.ts'

/** A group for `serve`. Its subgroups are groups whose paths begin with its own. */
export interface SnapshotGroup {
  fullPath: string
  members: readonly SnapshotMember[]
  invitedGroups: readonly InvitedGroup[]
}

export interface SnapshotMember {
  /** Null for an invitation by email address. */
  userId: number | null
  invitedEmail: string | null
  accessLevel: number
  expiresOn: Day | null
}

interface InvitedGroup {
  fullPath: string
  /** The highest level that its members get. */
  accessLevel: number
}
