import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrations } from '../../src/store/migrations/migrations.ts'
import {
  condenseResults,
  condenseSeats,
  makeDirectory,
  makeSnapshot,
  requestRemovals,
  requestSeats,
  sync,
  useStore,
} from './sample-store.ts'

const directory = makeDirectory()

/** A store of schema version 1 with a seat and a run. */
function makeFirstVersion(path: string): void {
  const database = new Database(path)
  database.exec(migrations[0] ?? '')
  database.pragma('application_id = 1146441521')
  database.pragma('user_version = 1')
  database.exec(`
    INSERT INTO subscription VALUES
      (1, 'self-managed', 'https://gitlab.example.com', NULL, 'ultimate', '17.0', NULL, '2026-03-01', '2026-03-01');
    INSERT INTO users VALUES
      (7, 'ada', 'Ada', NULL, 'active', 'human', 1, NULL, NULL, NULL),
      (8, 'bob', 'Bob', NULL, 'active', 'human', 1, NULL, NULL, NULL);
    INSERT INTO add_on_purchases VALUES (1, 'duo-pro', 5, NULL, NULL, 0, NULL);
    INSERT INTO runs VALUES
      (3, 'assign', 1, '{}', NULL, NULL, 'root', 'here', 1, NULL, '2026-03-01', '2026-03-01', 0, 1, 5, 4);
    INSERT INTO seats VALUES (1, 7, '2026-03-01', 3);
    INSERT INTO results VALUES (3, 1, NULL, 'ada', 7, 'assigned', NULL, NULL, NULL);
  `)
  database.close()
}

/** A linked store of schema version 2 with a confirmed seat, a pending one, the run that gave it, a refused and a cut-off run. */
function makeSecondVersion(path: string): void {
  makeFirstVersion(path)
  const database = new Database(path)
  database.exec(migrations[1] ?? '')
  database.pragma('user_version = 2')
  database.exec(`
    INSERT INTO link VALUES (1, 'https://gitlab.example.com', NULL, '2026-03-02');
    INSERT INTO runs VALUES
      (4, 'bulk-assign', 1, '{"on_shortage":"fill"}', 'a.csv', 'abc', 'root', 'here', 1, NULL, '2026-03-02', '2026-03-02', 0, 1, 4, 3),
      (5, 'assign', 1, '{"on_shortage":"fail"}', NULL, NULL, 'root', 'here', 1, NULL, '2026-03-03', '2026-03-03', 1, 9, 3, 3),
      (6, 'assign', 1, '{"on_shortage":"fill"}', NULL, NULL, 'root', 'here', 1, NULL, '2026-03-04', NULL, NULL, NULL, NULL, NULL);
    INSERT INTO seats (add_on_purchase_id, user_id, assigned_at, run_id, pending) VALUES (1, 8, '2026-03-02', 4, 1);
    INSERT INTO results (run_id, number, line, input, user_id, outcome, pushed) VALUES
      (4, 1, 2, 'bob', 8, 'pending', 'pending'),
      (4, 2, 3, 'ada', 7, 'already_assigned', NULL),
      (5, 1, NULL, 'bob', 8, 'not_attempted', NULL);
  `)
  database.close()
}

/**
 * A linked store of schema version 3, whose run 7 came before the link. Run 9 repeats the pending request of run 4. Runs 10 and 11
 * repeat requests of run 8, which GitLab has confirmed since.
 */
function makeThirdVersion(path: string): void {
  makeSecondVersion(path)
  const database = new Database(path)
  database.exec(migrations[2] ?? '')
  database.pragma('user_version = 3')
  const run = (id: number, needed: number, removals: number) =>
    `(${id}, 'apply', 1, '{}', 'root', 'here', 1, '2026-03-05', '2026-03-05', ${needed}, ${removals}, 9, 9)`
  const names = ['cleo', 'dora', 'eve', 'fred', 'gail', 'hal']
  const users = names.map((name, index) => `(${9 + index}, '${name}', '${name}', 'active', 'human', 1)`)
  database.exec(`
    INSERT INTO users (id, username, name, state, type, member) VALUES ${users.join(', ')};
    INSERT INTO runs (id, command, add_on_purchase_id, options, actor, host, pid, started_at, finished_at, needed, removals,
      free_before, free_after)
      VALUES ${[run(7, 0, 1), run(8, 2, 0), run(9, 2, 0), run(10, 1, 0), run(11, 1, 2)].join(', ')};
    DELETE FROM seats WHERE user_id = 7;
    INSERT INTO seats (add_on_purchase_id, user_id, run_id, pending, removal_run_id, in_gitlab) VALUES
      (1, 9, 8, 0, NULL, 0), (1, 10, 8, 0, NULL, 0), (1, 11, 10, 1, NULL, 0), (1, 12, NULL, 1, 11, 1),
      (1, 14, 11, 0, NULL, 0);
    INSERT INTO results (run_id, number, input, user_id, outcome, pushed) VALUES
      (7, 1, 'eve', 11, 'unassigned', NULL), (7, 2, 'fred', 12, 'not_assigned', NULL),
      (8, 1, 'cleo', 9, 'assigned', 'confirmed'), (8, 2, 'dora', 10, 'assigned', 'confirmed'),
      (9, 1, 'bob', 8, 'pending', 'pending'), (9, 2, 'gail', 13, 'no_seats_available', NULL),
      (9, 3, 'hal', 14, 'no_seats_available', NULL),
      (10, 1, 'eve', 11, 'pending', 'pending'), (10, 2, 'dora', 10, 'assigned', 'confirmed'),
      (11, 1, 'cleo', 9, 'assigned', 'confirmed'), (11, 2, 'hal', 14, 'assigned', 'confirmed'),
      (11, 3, 'ada', 7, 'unassigned', 'confirmed'), (11, 4, 'fred', 12, 'pending_removal', 'pending');
  `)
  database.close()
}

/** A store of schema version 5 that is not linked. Ada got a seat before the last snapshot was taken, and Bob after it. */
function makeFifthVersion(path: string): void {
  const database = new Database(path)
  for (const migration of migrations.slice(0, 5)) database.exec(migration)
  database.pragma('application_id = 1146441521')
  database.pragma('user_version = 5')
  database.exec(`
    INSERT INTO subscription VALUES
      (1, 'self-managed', 'https://gitlab.example.com', NULL, 'ultimate', '17.0', NULL, '2026-03-02T08:00:00.000Z',
        '2026-03-02T08:00:00.000Z');
    INSERT INTO users (id, username, name, state, type, member) VALUES
      (1, 'ada', 'Ada', 'active', 'human', 1), (2, 'bob', 'Bob', 'active', 'human', 1);
    INSERT INTO add_on_purchases VALUES (1, 'duo-pro', 5, NULL, NULL, 0, NULL);
    INSERT INTO runs (id, command, add_on_purchase_id, options, actor, host, pid, started_at, finished_at) VALUES
      (3, 'assign', 1, '{}', 'root', 'here', 1, '2026-03-02T07:00:00.000Z', '2026-03-02T07:00:00.000Z'),
      (4, 'assign', 1, '{}', 'root', 'here', 1, '2026-03-02T09:00:00.000Z', '2026-03-02T09:00:00.000Z'),
      (5, 'assign', 1, '{}', 'root', 'here', 1, '2026-03-02T09:00:00.000Z', NULL);
    INSERT INTO seats VALUES
      (1, 1, '2026-03-02T07:00:00.000Z', 3, NULL), (1, 2, '2026-03-02T09:00:00.000Z', 4, NULL);
    INSERT INTO results (run_id, number, input, user_id, outcome, change) VALUES
      (3, 1, 'ada', 1, 'assigned', 'give'), (4, 1, 'bob', 2, 'assigned', 'give');
  `)
  database.close()
}

function readSchema(path: string): unknown[] {
  const database = new Database(path, { readonly: true })
  try {
    return database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all()
  } finally {
    database.close()
  }
}

test('a store of schema version 1 keeps its data and has no pending changes', async () => {
  const path = join(directory, 'first.db')
  makeFirstVersion(path)
  await useStore(path, async (store) => {
    expect(store.health.schemaVersion).toBe(migrations.length)
    expect(store.health.findDamage()).toBeNull()
    expect(store.links.find()).toBeNull()
    expect(store.pendingChanges.count()).toBe(0)
    expect([...store.results.read(3)]).toMatchObject([{ userId: 7, outcome: 'assigned', pushed: null }])
    expect([...store.seats.readAll()]).toEqual([{ addOnPurchaseId: 1, userId: 7, assignedAt: '2026-03-01' }])
    expect([...store.users.readAll()].map(({ username }) => username)).toEqual(['ada', 'bob'])
  })
})

test('a store of schema version 1 accepts pending changes after its migration', async () => {
  const path = join(directory, 'used.db')
  makeFirstVersion(path)
  await useStore(path, async (store) => {
    store.links.record({ url: 'https://gitlab.example.com', group: null, linkedAt: '2026-03-02' })
    requestSeats(store, [8])
    expect(store.pendingChanges.list(1, 'give')).toEqual([{ userId: 8, runId: 4, onShortage: 'fill' }])
  })
})

test.each([
  ['first', makeFirstVersion],
  ['second', makeSecondVersion],
  ['third', makeThirdVersion],
  ['fifth', makeFifthVersion],
])('a store of the %s schema version gets the schema of a new store', async (version, make) => {
  const old = join(directory, `old-${version}.db`)
  const fresh = join(directory, `new-${version}.db`)
  make(old)
  await useStore(old, async () => {})
  await useStore(fresh, async () => {})
  expect(readSchema(old)).toEqual(readSchema(fresh))
})

test('a store of schema version 2 keeps its pending seats and has no pending removals', async () => {
  const path = join(directory, 'second.db')
  makeSecondVersion(path)
  await useStore(path, async (store) => {
    expect(store.health.schemaVersion).toBe(migrations.length)
    expect(store.health.findDamage()).toBeNull()
    expect(store.links.find()?.url).toBe('https://gitlab.example.com')
    expect(store.pendingChanges.list(1, 'give')).toEqual([{ userId: 8, runId: 4, onShortage: 'fill' }])
    expect(store.pendingChanges.list(1, 'take')).toEqual([])
    expect(condenseResults(store, 4)).toEqual([
      [8, 'pending', 'pending'],
      [7, 'already_assigned', null],
    ])
    expect(condenseSeats(store)).toEqual([
      [7, false],
      [8, true],
    ])
    expect(store.addOnPurchases.list()[0]?.assigned).toBe(2)
  })
})

test('the migration of schema version 3 marks the own changes of each run and no repeated requests', async () => {
  const path = join(directory, 'third.db')
  makeThirdVersion(path)
  await useStore(path, async (store) => {
    expect(store.health.findDamage()).toBeNull()
    const changes = [3, 4, 5, 7, 8, 9, 10, 11].flatMap((id) =>
      [...store.results.read(id)]
        .filter(({ change }) => change !== 'none')
        .map(({ change, input }) => `${id} ${change} ${input}`),
    )
    expect(changes).toEqual([
      '3 give ada',
      '4 give bob',
      '7 take eve',
      '8 give cleo',
      '8 give dora',
      '10 give eve',
      '11 give hal',
      '11 take ada',
      '11 take fred',
    ])
    expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [8, 11], take: [12] })
    expect([...store.seats.readAll()].map(({ userId }) => userId)).toEqual([9, 10, 12, 14])
  })
})

test('a store of schema version 5 keeps a seat that is newer than its snapshot, and loses an older one', async () => {
  const path = join(directory, 'fifth.db')
  makeFifthVersion(path)
  await useStore(path, async (store) => {
    expect(store.health.findDamage()).toBeNull()
    const { users } = makeSnapshot()
    const report = await sync(store, makeSnapshot({ users: users.slice(0, 2) }))
    const seats = [...report.readChanges(['seat_gained', 'seat_lost', 'seat_kept', 'removal_kept'])]
    expect(seats.map(({ change, username }) => [change, username])).toEqual([
      ['seat_lost', 'ada'],
      ['seat_kept', 'bob'],
    ])
  })
})

test('refused runs of schema version 2 were refused for too few seats, and removals are unknown', async () => {
  const path = join(directory, 'refused.db')
  makeSecondVersion(path)
  await useStore(path, async ({ runs }) => {
    const facts = [...runs.list()].map(({ id, refusal, needed, removals, freeBefore, freeAfter }) => [
      id,
      refusal,
      needed,
      removals,
      freeBefore,
      freeAfter,
    ])
    expect(facts).toEqual([
      [6, null, null, null, null, null],
      [5, 'too_few_seats', 9, null, 3, 3],
      [4, null, 1, null, 4, 3],
      [3, null, 1, null, 5, 4],
    ])
  })
})

test('a store of schema version 2 settles and accepts pending changes after its migration', async () => {
  const path = join(directory, 'second-used.db')
  makeSecondVersion(path)
  await useStore(path, async (store) => {
    store.pendingChanges.confirm(1, 'give', [8], '2026-03-09T10:00:00.000Z')
    const removal = requestRemovals(store, [7, 8])
    store.pendingChanges.confirm(1, 'take', [7], '2026-03-09T10:00:00.000Z')
    expect(condenseResults(store, 4)[0]).toEqual([8, 'assigned', 'confirmed'])
    expect(condenseResults(store, removal)).toEqual([
      [7, 'unassigned', 'confirmed'],
      [8, 'pending_removal', 'pending'],
    ])
    expect(store.pendingChanges.list(1, 'take')).toEqual([{ userId: 8, runId: removal, onShortage: 'fill' }])
  })
})

test('runs of schema version 9 get the add-on that the purchase had at their time', async () => {
  const path = join(directory, 'ninth.db')
  makeFirstVersion(path)
  const database = new Database(path)
  for (const step of migrations.slice(1, 9)) database.exec(step)
  database.pragma('user_version = 9')
  database.exec(`
    UPDATE add_on_purchases SET add_on = 'duo-enterprise';
    INSERT INTO history (at, add_on_purchase_id, change, cause, before, after) VALUES
      ('2026-03-03', 1, 'replaced', 'changed_in_gitlab', 'duo-pro', 'duo-enterprise');
    INSERT INTO runs (id, command, add_on_purchase_id, options, actor, host, pid, started_at) VALUES
      (4, 'assign', 1, '{}', 'root', 'here', 1, '2026-03-04');
  `)
  database.close()
  await useStore(path, async ({ runs }) => {
    const facts = [...runs.list()].map(({ id, addOn, purchaseAddOn }) => [id, addOn, purchaseAddOn])
    expect(facts).toEqual([
      [4, 'duo-enterprise', 'duo-enterprise'],
      [3, 'duo-pro', 'duo-enterprise'],
    ])
  })
})

test('a store has the link that was recorded last, until it is deleted', async () => {
  await useStore(join(directory, 'link.db'), async ({ links }) => {
    expect(links.find()).toBeNull()
    links.record({ url: 'https://gitlab.example.com', group: null, linkedAt: '2026-03-01T00:00:00.000Z' })
    const link = { url: 'https://gitlab.com', group: 'acme', linkedAt: '2026-03-02T00:00:00.000Z' }
    links.record(link)
    expect(links.find()).toEqual(link)
    links.forget()
    expect(links.find()).toBeNull()
  })
})
