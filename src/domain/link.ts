import type { Instant } from './day.ts'

/** The GitLab that a store mirrors. The token is no part of it: it is kept nowhere. */
export interface Link {
  /** Address without a slash at its end. */
  url: string
  /** Full path of the top-level group; null on Self-Managed. */
  group: string | null
  linkedAt: Instant
}
