import { expect } from 'vitest'
import { openStoreOf } from './fill-store.ts'
import { frozenClock } from './frozen-clock.ts'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from './make-snapshot.ts'
import type { Workdir } from './workdir.ts'

export interface ListDocument {
  schema: number
  purchase: Record<string, unknown>
  users: Record<string, unknown>[]
}

/** Holders and users without a seat in a store of their own. */
export function openListed(facts: object): Promise<Workdir> {
  return openStoreOf(makeSnapshot(facts))
}

/** The usernames that `list` prints, in order, and its stderr. */
export async function listNames(
  workdir: Workdir,
  args: string,
): Promise<{ names: string[]; stderr: string }> {
  const { code, stdout, stderr } = await workdir.inProcess.run(
    ['list', '--format', 'ndjson', ...args.split(' ').filter(Boolean)],
    { env: frozenClock },
  )
  expect(code, stderr).toBe(0)
  const rows = stdout.split('\n').slice(0, -1)
  return { names: rows.map((row) => (JSON.parse(row) as { username: string }).username), stderr }
}

/** Three holders, two eligible users without a seat, and one ineligible user. */
export const mixed = {
  add_on_purchases: [makePurchase({ quantity: 4 })],
  users: [
    makeUser(7, 'ada', {
      name: 'Ada Lovelace',
      last_activity_on: '2026-03-01',
      last_duo_activity_on: '2026-02-27',
    }),
    makeUser(8, 'Bob', { name: 'Zoë', email: null, last_activity_on: '2026-02-01' }),
    makeUser(9, 'cleo', {
      name: 'Mo',
      state: 'blocked',
      last_activity_on: '2026-01-01',
      last_duo_activity_on: '2026-01-01',
    }),
    makeUser(10, 'dora', { name: 'Dora ADAMS' }),
    makeUser(11, 'eve', { name: 'E. Bell', email: 'Eve@ACME.example' }),
    makeUser(12, 'project_1_bot', { type: 'project_bot', name: 'Token' }),
  ],
  seats: [
    makeSeat(7, { assigned_at: '2026-01-05T09:00:00Z' }),
    makeSeat(8),
    makeSeat(9, { assigned_at: '2026-01-04T09:00:00Z' }),
  ],
}
