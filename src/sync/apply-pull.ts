import type { WorkContext } from '../session.ts'
import type { IncomingTables, Store } from '../store/store.ts'
import { applyIncoming } from './apply-incoming.ts'
import type { Pull } from './pull-gitlab.ts'

interface PullContext extends WorkContext {
  store: Store
}

/**
 * Inside a transaction of the caller.
 *
 * @returns the number of users that differ in their activity days only
 */
export function applyPull(pull: Pull, tables: IncomingTables, context: PullContext): Promise<number> {
  if (pull.isUnsteady) tables.incoming.addKnown()
  const state = { ...pull, seenAt: pull.takenAt }
  return applyIncoming(state, { ...context, ...tables, now: context.readClock() })
}
