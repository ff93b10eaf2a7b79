import { quoteForShell } from './quote-for-shell.ts'

/** Commands of a hint that read or write a store, unless they name one. */
const command =
  /\bduo-seats (?=(?:bulk-)?(?:un)?assign\b|apply\b|reclaim\b|undo\b|list\b|runs\b|history\b|usage\b|status\b|page\b|(?:un)?link\b|sync\b|doctor\b)(?![^"]* --store)/g

/**
 * Repeats `--store` in the commands of a text: without it, they would be about another store.
 *
 * @param store as typed; null if it was not
 */
export function nameStore(text: string, store: string | null): string {
  return store === null ? text : text.replaceAll(command, () => `duo-seats --store ${quoteForShell(store)} `)
}
