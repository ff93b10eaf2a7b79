export type SeatChange = 'give' | 'take'

export type ResultChange = SeatChange | 'none'

/** GitLab's answer to a change; `pending`: none yet. */
export type Pushed = 'confirmed' | 'pending' | 'refused'
