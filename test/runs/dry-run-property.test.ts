import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { shortagePolicies } from '../../src/domain/plan.ts'
import type { Result } from '../../src/domain/result.ts'
import type { RunSummary } from '../../src/domain/run.ts'
import type { Snapshot } from '../../src/domain/snapshot.ts'
import type { User } from '../../src/domain/user.ts'
import { askForAll } from '../../src/orders/ask-for-all.ts'
import { createNameList } from '../../src/orders/name-list.ts'
import type { RunOptions } from '../../src/runs/run-context.ts'
import { runRequests } from '../../src/runs/run-requests.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { syncSnapshot } from '../../src/sync/sync-snapshot.ts'

const directory = mkdtempSync(join(tmpdir(), 'duo-seats-property-'))
afterAll(() => rmSync(directory, { recursive: true }))

const now = '2026-03-02T09:00:00.000Z'
const common = {
  signal: new AbortController().signal,
  pause: async () => {},
  onProgress: () => {},
  onWait: () => {},
}
const usernames = ['ada', 'bob', 'cleo', 'dora', 'eve', 'fred']

/** Two addresses for all, so that most are shared. */
const emails = ['team@example.com', 'lab@example.com']

const membership = fc.record({
  email: fc.constantFrom(null, ...emails),
  state: fc.constantFrom('active', 'active', 'blocked'),
  type: fc.constantFrom('human', 'human', 'human', 'project_bot'),
  member: fc.constantFrom(true, true, false),
})

function makeUser(facts: Pick<User, 'email' | 'state' | 'type' | 'member'>, index: number): User {
  const username = usernames[index] ?? ''
  return { id: index + 1, username, name: username, lastActivityOn: null, lastDuoActivityOn: null, ...facts }
}

const snapshots: fc.Arbitrary<Snapshot> = fc
  .record({
    offering: fc.constantFrom('self-managed', 'gitlab.com'),
    users: fc.tuple(...usernames.map(() => membership)).map((memberships) => memberships.map(makeUser)),
    quantity: fc.integer({ min: 0, max: 6 }),
    holderIds: fc.uniqueArray(fc.integer({ min: 1, max: usernames.length }), { maxLength: 3 }),
  })
  .map(({ offering, users, quantity, holderIds }) => ({
    takenAt: '2026-03-02T08:00:00.000Z',
    subscription: {
      offering,
      url: 'https://gitlab.example.com',
      group: null,
      plan: 'ultimate',
      gitlabVersion: '18.0.0',
      lastSyncAt: null,
    },
    addOnPurchases: [{ id: 1, addOn: 'duo-pro', quantity, startedOn: null, expiresOn: null, trial: false }],
    users,
    seats: holderIds.map((userId) => ({ addOnPurchaseId: 1, userId, assignedAt: null })),
  }))

const names = fc.array(
  fc.constantFrom(...usernames, '@ADA', 'Bob', ...emails, 'typo', 'typo@example.com', ''),
  { maxLength: 12 },
)

interface Reported {
  results: Result[]
  summary: RunSummary
}

async function run(
  store: Store,
  list: string[],
  options: Pick<RunOptions, 'onShortage' | 'dryRun'>,
): Promise<Reported> {
  const reports: Reported[] = []
  const source = createNameList(list)
  await runRequests(
    { command: 'assign', addOn: null, maxRemovals: null, noted: {}, ...options },
    {
      ...common,
      store,
      source,
      readBatches: () => askForAll('give', source),
      link: null,
      onPush: () => {},
      onLeftovers: () => {},
      actor: { actor: 'root', host: 'here', pid: 1, ciJobUrl: null },
      readClock: () => now,
      report: async ({ readResults, summary }) => {
        reports.push({ results: [...readResults()], summary })
      },
    },
  )
  const [reported] = reports
  if (reported === undefined) throw new Error('The run reported nothing.')
  return reported
}

test('a dry run gives the results and the summary of the run, whatever the users, the seats and the names', async () => {
  let number = 0
  await fc.assert(
    fc.asyncProperty(
      snapshots,
      names,
      fc.constantFrom(...shortagePolicies),
      async (snapshot, list, onShortage) => {
        number += 1
        const store = await openStore(join(directory, `${number}.db`), { create: true })
        try {
          await syncSnapshot(snapshot, { allowOlder: false }, { ...common, store, now })
          const rehearsed = await run(store, list, { onShortage, dryRun: true })
          expect(rehearsed.results).toHaveLength(list.length)
          expect(await run(store, list, { onShortage, dryRun: false })).toEqual(rehearsed)
        } finally {
          store.close()
        }
      },
    ),
    { numRuns: 50 },
  )
})
