/** `1 row`, `3,100 rows`. */
export function countWords(count: number, word: string): string {
  return `${formatCount(count)} ${word}${count === 1 ? '' : 's'}`
}

/** `3,100`, also for a number that is a text. `toLocaleString` would take 20 ms once. */
export function formatCount(count: number | string): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}

/** `@ada, @bob and 980 more`. `total` counts the names left out as well. */
export function listNames(names: readonly string[], total: number): string {
  const more = total - names.length
  return names.join(', ') + (more > 0 ? ` and ${formatCount(more)} more` : '')
}
