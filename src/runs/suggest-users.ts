import { listOneEdits } from '../domain/people/one-edit.ts'
import { readCell } from '../domain/people/read-cell.ts'
import type { Result } from '../domain/result.ts'
import type { RunResults } from '../domain/run.ts'
import type { RunRows } from '../store/results.ts'
import type { Store } from '../store/store.ts'

/** A list of another company would cost a thousand look-ups for every row. */
const mostNames = 100

const mostSuggestions = 3

/**
 * Adds known usernames that are one edit away from an unknown one, for the first hundred names. Nothing acts on them. A report reads
 * its results several times, so each name is looked up once.
 */
export function suggestUsers(rows: RunRows, store: Store): Omit<RunResults, 'summary'> {
  const suggestions = new Map<string, readonly string[]>()
  const suggest = (name: string) => {
    const known = suggestions.get(name)
    if (known !== undefined || suggestions.size === mostNames) return known ?? []
    const found = findSimilar(name, store)
    suggestions.set(name, found)
    return found
  }
  return {
    readResults: () => addSuggestions(rows.read(), suggest),
    readRejects: () => addSuggestions(rows.readRejects(), suggest),
    countRepeats: () => rows.countRepeats(),
  }
}

function* addSuggestions(
  results: Iterable<Result>,
  suggest: (name: string) => readonly string[],
): Iterable<Result> {
  for (const result of results)
    yield isUnknownName(result) ? { ...result, suggestions: suggest(result.input) } : result
}

function isUnknownName({ outcome, detail }: Result): boolean {
  return outcome === 'user_not_found' && detail === 'username'
}

/** @returns usernames of today */
export function findSimilar(input: string, store: Store): readonly string[] {
  const [key] = readCell(input, 'username').keys
  return key?.kind === 'username' ? store.users.findUsernames(listOneEdits(key.value), mostSuggestions) : []
}
