import { countWords } from '../../../domain/count-words.ts'
import type { SyncDocument } from '../documents.ts'

/** The message at the end of some work. */
export interface Told {
  text: string
  tone: 'done' | 'problem'
}

/** A refusal and a warning stay until they are dismissed. */
export function describeSync({ pushed, warnings }: SyncDocument): Told {
  const refused = pushed?.refused ?? 0
  const refusal =
    refused === 0 ? [] : `GitLab refused ${countWords(refused, 'pending change')}. Look at History.`
  const problems = [refusal, warnings].flat()
  return { text: ['Synced.', ...problems].join(' '), tone: problems.length === 0 ? 'done' : 'problem' }
}
