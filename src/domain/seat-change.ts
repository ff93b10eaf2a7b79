/** A change of one seat. */
export type SeatChange = 'give' | 'take'

/** The change that one result of a run makes to a seat. */
export type ResultChange = SeatChange | 'none'

/** How far a change has come in a linked store: GitLab confirmed it, has not answered yet, or refused it. */
export const pushedStates = ['confirmed', 'pending', 'refused'] as const

export type Pushed = (typeof pushedStates)[number]
