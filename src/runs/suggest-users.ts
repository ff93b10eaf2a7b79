import type { Result } from '../domain/result.ts'
import { listOneEdits } from '../people/one-edit.ts'
import { readCell } from '../people/read-cell.ts'
import type { Store } from '../store/store.ts'

/** A list of another company would cost a thousand look-ups for every row. */
const mostNames = 100

const mostSuggestions = 3

/** Adds known usernames that are one edit away from an unknown one, for the first hundred of them. Nothing acts on them. */
export function* suggestUsers(results: Iterable<Result>, store: Store): Iterable<Result> {
  let names = 0
  for (const result of results) {
    if (names === mostNames || !isUnknownName(result)) {
      yield result
      continue
    }
    names += 1
    yield { ...result, suggestions: findSimilar(result.input, store) }
  }
}

function isUnknownName({ outcome, detail }: Result): boolean {
  return outcome === 'user_not_found' && detail === 'username'
}

/** @returns usernames of today */
export function findSimilar(input: string, store: Store): readonly string[] {
  const [key] = readCell(input, 'username').keys
  return key?.kind === 'username' ? store.users.findUsernames(listOneEdits(key.value), mostSuggestions) : []
}
