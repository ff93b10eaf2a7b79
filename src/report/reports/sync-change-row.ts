import { describeSyncChange, type SyncChange } from '../../domain/sync-change.ts'
import type { Cell } from '../report-document.ts'

/** The keys of a change in JSON and in CSV, in order. */
export const syncChangeColumns = [
  'change',
  'add_on',
  'username',
  'user_id',
  'before',
  'after',
  'message',
] as const

export type SyncChangeRow = Record<(typeof syncChangeColumns)[number], Cell>

/** A change in the form of the contract. */
export function toSyncChangeRow(change: SyncChange): SyncChangeRow {
  return {
    change: change.change,
    add_on: change.addOn,
    username: change.username,
    user_id: change.userId,
    before: change.before,
    after: change.after,
    message: describeSyncChange(change),
  }
}
