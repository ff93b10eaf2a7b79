import { fillStore } from './fill-store.ts'
import { frozenClock } from './frozen-clock.ts'
import type { Workdir } from './workdir.ts'

/** A row of `sync --format json`. */
export interface ChangeRow {
  change: string
  add_on: string | null
  username: string | null
  user_id: number | null
  before: string | null
  after: string | null
  message: string
}

/** Syncs the store with a snapshot at the frozen clock, in this process: for tests of what comes after it. */
export function syncStore(workdir: Workdir, snapshot: object): Promise<void> {
  return fillStore(workdir.join('store.db'), workdir.write('snapshot.json', snapshot))
}

/** Runs `sync` with a snapshot at the frozen clock, and returns the changes that it prints. */
export async function syncForChanges(
  workdir: Workdir,
  snapshot: object,
  args: readonly string[] = [],
): Promise<ChangeRow[]> {
  const file = workdir.write('snapshot.json', snapshot)
  const command = ['sync', '--from', file, ...args]
  const { changes } = await workdir.runForJson<{ changes: ChangeRow[] }>(0, command, { env: frozenClock })
  return changes
}
