import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrations } from '../../src/store/migrations.ts'
import { makeDirectory, stageRun, useStore } from './sample-store.ts'

const directory = makeDirectory()

/** A store as the first released version left it, with a seat and a run in it. */
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

function readSchema(path: string): unknown[] {
  const database = new Database(path, { readonly: true })
  try {
    return database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all()
  } finally {
    database.close()
  }
}

test('a store of the first version keeps its data, and nothing in it is pending', async () => {
  const path = join(directory, 'first.db')
  makeFirstVersion(path)
  await useStore(path, async (store) => {
    expect(store.health.schemaVersion).toBe(migrations.length)
    expect(store.health.findDamage()).toBeNull()
    expect(store.links.find()).toBeNull()
    expect(store.pendingSeats.count()).toBe(0)
    expect([...store.results.read(3)]).toMatchObject([{ userId: 7, outcome: 'assigned', pushed: null }])
    expect([...store.seats.readAll()]).toEqual([{ addOnPurchaseId: 1, userId: 7, assignedAt: '2026-03-01' }])
    expect([...store.users.readAll()].map(({ username }) => username)).toEqual(['ada', 'bob'])
  })
})

test('a store of the first version can do what a new one can', async () => {
  const path = join(directory, 'used.db')
  makeFirstVersion(path)
  await useStore(path, async (store) => {
    store.links.record({ url: 'https://gitlab.example.com', group: null, linkedAt: '2026-03-02' })
    stageRun(store, [8])
    expect(store.pendingSeats.list(1, 'give')).toEqual([{ userId: 8, runId: 4, onShortage: 'fill' }])
  })
})

test('a store of the first version gets the schema of a new one', async () => {
  const old = join(directory, 'old.db')
  const fresh = join(directory, 'new.db')
  makeFirstVersion(old)
  await useStore(old, async () => {})
  await useStore(fresh, async () => {})
  expect(readSchema(old)).toEqual(readSchema(fresh))
})

test('a link is found as it was recorded, one at a time, until it is forgotten', async () => {
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
