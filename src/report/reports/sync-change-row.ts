import { describeSyncChange, type SyncChange } from '../../domain/sync-change.ts'
import type { Cell } from '../report-document.ts'

export const syncChangeColumns = [
  'change',
  'add_on',
  'username',
  'user_id',
  'before',
  'after',
  'message',
] as const

type SyncChangeRow = Record<(typeof syncChangeColumns)[number], Cell>

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
