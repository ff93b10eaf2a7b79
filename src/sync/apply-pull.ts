import type { StoreContext } from '../session.ts'
import type { IncomingTables } from '../store/store.ts'
import { applyIncoming } from './apply-incoming.ts'
import type { Pull } from './pull-gitlab.ts'

/**
 * Inside a transaction of the caller.
 *
 * @returns the number of users that differ in their activity days only
 */
export function applyPull(pull: Pull, tables: IncomingTables, context: StoreContext): Promise<number> {
  if (pull.isUnsteady) tables.incoming.addKnown()
  const state = { ...pull, seenAt: pull.takenAt }
  return applyIncoming(state, { ...context, ...tables, now: context.readClock() })
}
