export type SeatChange = 'give' | 'take'

export type ResultChange = SeatChange | 'none'

/** GitLab's answer to a change; `pending`: none yet. */
export const pushedStates = ['confirmed', 'pending', 'refused'] as const

export type Pushed = (typeof pushedStates)[number]
