import type { KnownUser } from './people/judge-person.ts'
import type { Membership } from './user.ts'

export interface Candidate extends Membership, KnownUser {
  /** With every pending change done. */
  holdsSeat: boolean
  /** GitLab has not confirmed a change of the seat. */
  isPending: boolean
}
