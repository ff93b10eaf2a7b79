/** A number and what it counts: `1 row`, `12 rows`. */
export function countWords(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

/** Names for people, cut short: `@ada, @bob and 980 more`. `total` counts those not given in `names`, too. */
export function listNames(names: readonly string[], total: number): string {
  const more = total - names.length
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
