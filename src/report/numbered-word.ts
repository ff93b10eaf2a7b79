/** The source of a pattern for `12 no_seats_available`: two numbers in a row do not stay together. */
export const numberedWord = String.raw`\(?\d+(?:,\d+)* (?!\d)[^ ]+`
