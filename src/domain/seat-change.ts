export type SeatChange = 'give' | 'take'

/** The change that one result of a run makes itself. */
export type ResultChange = SeatChange | 'none'

/** GitLab's answer to a change; `pending`: none yet. */
export type Pushed = 'confirmed' | 'pending' | 'refused'
