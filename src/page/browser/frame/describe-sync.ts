import { countWords } from '../../../domain/count-words.ts'
import type { SyncDocument } from '../documents.ts'

/** The message at the end of some work. */
export interface Told {
  text: string
  tone: 'done' | 'problem'
}

/**
 * A refusal and a new warning stay until they are dismissed.
 *
 * @param before the warnings of the last sync, which are only counted
 */
export function describeSync({ pushed, warnings }: SyncDocument, before: readonly string[] = []): Told {
  const refused = pushed?.refused ?? 0
  const refusal =
    refused === 0 ? [] : `GitLab refused ${countWords(refused, 'pending change')}. Look at History.`
  const added = warnings.filter((warning) => !before.includes(warning))
  const kept = warnings.length - added.length
  const unchanged = kept === 0 ? [] : `${countWords(kept, 'warning')} as before.`
  const problems = [refusal, added].flat()
  return {
    text: ['Synced.', problems, unchanged].flat().join(' '),
    tone: problems.length === 0 ? 'done' : 'problem',
  }
}
