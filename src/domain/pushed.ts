/** How far a change of a linked store has come: GitLab confirmed it, has not answered yet, or refused it. */
export const pushedStates = ['confirmed', 'pending', 'refused'] as const

export type Pushed = (typeof pushedStates)[number]

/** What is changed about a seat. */
export type SeatChange = 'give' | 'take'
