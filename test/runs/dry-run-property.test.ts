import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shortagePolicies } from '../../src/domain/shortage.ts'
import type { Snapshot } from '../../src/domain/snapshot.ts'
import type { User } from '../../src/domain/user.ts'
import { orderAssignment } from '../../src/orders/assign.ts'
import { createNameList } from '../../src/orders/name-list.ts'
import type { OrderOptions } from '../../src/orders/order.ts'
import type { Store } from '../../src/store/store.ts'
import { syncSnapshot } from '../../src/sync/sync-snapshot.ts'
import { takeEmptiedStore } from '../support/emptied-store.ts'
import { performOrder, quietly, type Reported } from '../support/play-order.ts'

const now = '2026-03-02T09:00:00.000Z'
const usernames = ['ada', 'bob', 'cleo', 'dora', 'eve', 'fred']

/** Two addresses for six users, so most are shared. */
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

async function run(store: Store, list: string[], options: OrderOptions): Promise<Reported> {
  const reports: Reported[] = []
  const order = orderAssignment('assign', createNameList(list), options)
  await performOrder(order, {
    store,
    now,
    connect: null,
    onReport: (reported) => void reports.push(reported),
  })
  const [reported] = reports
  if (reported === undefined) throw new Error('The run reported nothing.')
  return reported
}

test('a dry run has the results and the summary of the run, unless it is refused, for any users, seats and names', async () => {
  await fc.assert(
    fc.asyncProperty(
      snapshots,
      names,
      fc.constantFrom(...shortagePolicies),
      async (snapshot, list, onShortage) => {
        const { store } = takeEmptiedStore()
        await syncSnapshot(snapshot, { allowOlder: false }, { ...quietly, store, readClock: () => now })
        const options = { onShortage, push: true }
        const preview = await run(store, list, { ...options, dryRun: true })
        expect(preview.results).toHaveLength(list.length)
        const done = await run(store, list, options)
        // The dry run of a run that is refused shows its plan.
        const { refusal } = preview.summary
        if (refusal === null) expect(done).toEqual(preview)
        else expect([done.summary.refusal, done.summary.outcomes.assigned]).toEqual([refusal, undefined])
      },
    ),
    { numRuns: 50 },
  )
})
