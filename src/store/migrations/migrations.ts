import { firstTables } from './1-first-tables.ts'
import { link } from './2-link.ts'
import { removals } from './3-removals.ts'
import { pendingChanges } from './4-pending-changes.ts'
import { people } from './5-people.ts'
import { storeOrder } from './6-store-order.ts'
import { history } from './7-history.ts'
import { audit } from './8-audit.ts'
import { lastHolders } from './9-last-holders.ts'
import { addOnOfRuns } from './10-add-on-of-runs.ts'
import type { schemaVersion } from './schema-version.ts'

/** One step per schema version, counted by `user_version`. A released step never changes: append a new one. */
export const migrations = [
  firstTables,
  link,
  removals,
  pendingChanges,
  people,
  storeOrder,
  history,
  audit,
  lastHolders,
  addOnOfRuns,
] as const satisfies readonly string[] & { length: typeof schemaVersion }
