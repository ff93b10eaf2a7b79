import type { Instant } from './day.ts'

/** The token is not stored. */
export interface Link {
  /** Address without a trailing slash. */
  url: string
  /** Full path of the top-level group; null on Self-Managed. */
  group: string | null
  linkedAt: Instant
}
