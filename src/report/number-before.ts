/** The source of a pattern: a number stays with the word behind it, as in `12 no_seats_available`, but not with another number. */
export const numberBefore = String.raw`(?:\(?\d+(?:,\d+)* (?!\d))?`
