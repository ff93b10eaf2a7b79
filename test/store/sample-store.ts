import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { AddOnPurchase } from '../../src/domain/add-on.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { Decision } from '../../src/domain/run-plan.ts'
import type { ResultChange } from '../../src/domain/seat-change.ts'
import type { Seat, Snapshot } from '../../src/domain/snapshot.ts'
import type { User } from '../../src/domain/user.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { syncSnapshot } from '../../src/sync/sync-snapshot.ts'
import { writeEmptyStore } from '../support/emptied-store.ts'
import { emptyRow } from '../support/person-rows.ts'

export const now = '2026-03-02T09:00:00.000Z'

/** A context without interruptions and without listeners. */
export const quietly = { signal: new AbortController().signal, onWait: () => {}, tell: () => {} }

/** A directory for the tests of one file, deleted after them. */
export function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'duo-seats-store-'))
  afterAll(() => rmSync(directory, { recursive: true }))
  return directory
}

/** Returns another path for a store on each call. */
export function makePaths(): () => string {
  const directory = makeDirectory()
  let number = 0
  return () => {
    number += 1
    return join(directory, `${number}.db`)
  }
}

export function makeUser(id: number, username: string, facts: Partial<User> = {}): User {
  return {
    id,
    username,
    name: username,
    email: null,
    state: 'active',
    type: 'human',
    member: true,
    lastActivityOn: null,
    lastDuoActivityOn: null,
    ...facts,
  }
}

export function makePurchase(facts: Partial<AddOnPurchase> = {}): AddOnPurchase {
  return {
    id: 1,
    addOn: 'duo-pro',
    quantity: 10,
    startedOn: null,
    expiresOn: null,
    trial: false,
    ...facts,
  }
}

export const duoEnterprise = makePurchase({ id: 2, addOn: 'duo-enterprise' })

export function makeSeat(userId: number, facts: Partial<Seat> = {}): Seat {
  return { addOnPurchaseId: 1, userId, assignedAt: null, ...facts }
}

/** Four users, no seats, one purchase of each add-on. */
export function makeSnapshot(facts: Partial<Snapshot> = {}): Snapshot {
  return {
    takenAt: '2026-03-02T08:00:00.000Z',
    subscription: {
      offering: 'self-managed',
      url: 'https://gitlab.example.com',
      group: null,
      plan: 'ultimate',
      gitlabVersion: '18.0.0',
      lastSyncAt: null,
    },
    addOnPurchases: [makePurchase(), duoEnterprise],
    users: ['ada', 'bob', 'cleo', 'dora'].map((name, index) => makeUser(index + 1, name)),
    seats: [],
    ...facts,
  }
}

export function sync(store: Store, snapshot: Snapshot) {
  const context = { ...quietly, store, readClock: () => now }
  return syncSnapshot(snapshot, { allowOlder: true }, context)
}

/** Opens a store, which is empty if the file does not exist. */
export async function useStore<T>(path: string, work: (store: Store) => Promise<T>): Promise<T> {
  if (!existsSync(path)) writeEmptyStore(path)
  const store = await openStore(path, { create: false })
  try {
    return await work(store)
  } finally {
    store.close()
  }
}

export type GivenDecision = Pick<Decision, 'outcome'> & Partial<Decision>

const changes: Partial<Record<Outcome, ResultChange>> = { assigned: 'give', unassigned: 'take' }

/** Finishes a run with one result for each decision. A result that assigns or removes a seat makes that change itself. */
export function recordRun(store: Store, decisions: readonly GivenDecision[], addOnPurchaseId = 1): number {
  const runId = store.runs.open({
    command: 'assign',
    addOnPurchaseId,
    options: { on_shortage: 'fill' },
    source: null,
    actor: 'root',
    host: 'here',
    pid: 1,
    ciJobUrl: null,
    ciUser: null,
    tokenUser: null,
    startedAt: now,
  })
  store.results.record(
    runId,
    1,
    decisions.map((given) => ({
      request: { line: null, input: '', ...emptyRow },
      decision: {
        userId: null,
        change: changes[given.outcome] ?? 'none',
        reason: null,
        detail: null,
        duplicateOf: null,
        ...given,
      },
    })),
  )
  const totals = { needed: 0, removals: 0, freeBefore: 0, freeAfter: 0 }
  store.runs.finish(runId, {
    ...totals,
    addOnPurchaseId,
    finishedAt: now,
    sourceSha256: null,
    refusal: null,
  })
  return runId
}

/** Makes pending the changes of a run that gives seats to these users in this order. @returns the number of the run */
export function requestSeats(store: Store, userIds: readonly number[], addOnPurchaseId = 1): number {
  return requestChanges(store, 'assigned', userIds, addOnPurchaseId)
}

/** Makes pending the changes of a run that removes the seats of these users in this order. @returns the number of the run */
export function requestRemovals(store: Store, userIds: readonly number[], addOnPurchaseId = 1): number {
  return requestChanges(store, 'unassigned', userIds, addOnPurchaseId)
}

function requestChanges(
  store: Store,
  outcome: Outcome,
  userIds: readonly number[],
  addOnPurchaseId: number,
): number {
  const decisions = userIds.map((userId) => ({ outcome, userId }))
  const runId = recordRun(store, decisions, addOnPurchaseId)
  store.pendingChanges.record(runId, now)
  return runId
}

/** `[user id, outcome, pushed]` of each result of a run. */
export function condenseResults(store: Store, runId: number): [number | null, Outcome, string | null][] {
  return [...store.results.read(runId)].map(({ userId, outcome, pushed }) => [userId, outcome, pushed])
}

/** `[user id, is pending]` of each seat of a purchase, by user id. */
export function condenseSeats(store: Store, addOnPurchaseId = 1): [number, boolean][] {
  const holders = store.users.list({
    addOnPurchaseId,
    offering: 'self-managed',
    holdersOnly: true,
    sort: 'username',
    reverse: false,
  })
  return [...holders]
    .map(({ userId, isPending }): [number, boolean] => [userId, isPending])
    .sort(([a], [b]) => a - b)
}

/** The seats held after all pending changes, minus those that GitLab has. */
export function countUnconfirmed(store: Store, addOnPurchaseId = 1): number {
  const purchase = store.addOnPurchases.list().find(({ id }) => id === addOnPurchaseId)
  return purchase === undefined ? 0 : purchase.assigned - purchase.confirmed
}
