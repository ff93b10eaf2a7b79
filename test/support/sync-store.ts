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
  const { changes } = await workdir.inProcess.runForJson<{ changes: ChangeRow[] }>(0, command, {
    env: frozenClock,
  })
  return changes
}

/** A change as `code username: before -> after`. */
export function toShortText({ change, username, add_on, before, after }: ChangeRow): string {
  const values = before === null && after === null ? '' : `: ${before ?? 'nothing'} -> ${after ?? 'nothing'}`
  return `${change} ${username ?? add_on}${values}`
}

/** Runs `sync` with a snapshot at the frozen clock, in this process. */
export function runSync(workdir: Workdir, snapshot: object, args: readonly string[] = []) {
  const file = workdir.write('snapshot.json', snapshot)
  return workdir.inProcess.run(['sync', '--from', file, ...args], { env: frozenClock })
}

/** The holders and the times of their seats; null is an unknown time. */
export async function listSeats(workdir: Workdir): Promise<Record<string, string | null>> {
  const { users } = await workdir.inProcess.runForJson<{
    users: { username: string; assigned_at: string | null }[]
  }>(0, ['list'], { env: frozenClock })
  return Object.fromEntries(users.map(({ username, assigned_at }) => [username, assigned_at]))
}
