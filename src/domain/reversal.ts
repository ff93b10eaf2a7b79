import type { RequestAction } from './request.ts'
import type { SeatChange } from './seat-change.ts'

export type ReverseAction = Exclude<RequestAction, 'report' | 'leave'>

/** The seat of a user, once every pending change is done. */
export interface ChangedSeat {
  /** By the run that will be undone. */
  change: SeatChange
  isHeld: boolean
  /** The run of the seat or of its pending change; null if GitLab gave the seat, or without both. */
  lastRunId: number | null
  isChangedLater: boolean
}

/** A seat or a pending change has the run that made it. For a seat that is gone, the results of later runs show a change. */
export function planReversal(runId: number, seat: ChangedSeat): ReverseAction {
  const { change, isHeld, lastRunId, isChangedLater } = seat
  if (change === 'give') return isHeld && lastRunId === runId ? 'take' : 'skip_changed'
  const isFree = !isHeld && (lastRunId === null || lastRunId === runId)
  return isFree && !isChangedLater ? 'give' : 'skip_changed'
}
