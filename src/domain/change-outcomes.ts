import type { Discard, Outcome } from './outcome.ts'
import type { SeatChange } from './seat-change.ts'

interface ChangeOutcomes {
  /** In a linked store, once GitLab has confirmed the change. */
  done: Outcome
  /** As long as GitLab has not. */
  pending: Outcome
  /** The user had the state before. */
  unneeded: Outcome
  /** The `detail` of a pending change that was discarded, which is `not_attempted`. */
  discarded: Discard
}

export const changeOutcomes = {
  give: {
    done: 'assigned',
    pending: 'pending',
    unneeded: 'already_assigned',
    discarded: 'given_up',
  },
  take: {
    done: 'unassigned',
    pending: 'pending_removal',
    unneeded: 'not_assigned',
    discarded: 'removal_given_up',
  },
} as const satisfies Record<SeatChange, ChangeOutcomes>
