/** The source of a pattern. A number stays with its word, as in `12 no_seats_available`, but not with another number. */
export const numberBefore = String.raw`(?:\(?\d+(?:,\d+)* (?!\d))?`
