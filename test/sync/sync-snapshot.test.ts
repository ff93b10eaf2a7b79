import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { syncSnapshot } from '../../src/sync/sync-snapshot.ts'
import {
  makePaths,
  makePurchase,
  makeSnapshot,
  makeUser,
  now,
  quietly,
  sync,
  useStore,
} from '../store/sample-store.ts'

const nextPath = makePaths()

/** @returns whether another connection gets the lock at once */
function canWrite(path: string): boolean {
  const other = new Database(path, { timeout: 0 })
  try {
    other.exec('BEGIN IMMEDIATE; ROLLBACK')
    return true
  } catch {
    return false
  } finally {
    other.close()
  }
}

function recordNewer(path: string, takenAt: string): void {
  const other = new Database(path)
  other.prepare('UPDATE subscription SET taken_at = ?').run(takenAt)
  other.close()
}

test('another process can write to the store while the rows of a snapshot are read', async () => {
  const path = nextPath()
  const answers: boolean[] = []
  function* readUsers() {
    answers.push(canWrite(path))
    yield makeUser(1, 'ada')
    answers.push(canWrite(path))
  }
  const snapshot = { ...makeSnapshot({ addOnPurchases: [makePurchase()] }), users: readUsers() }
  await useStore(path, async (store) => {
    await syncSnapshot(snapshot, { allowOlder: false }, { ...quietly, store, readClock: () => now })
    expect(store.knownSeats.countUsers()).toBe(1)
  })
  expect(answers).toEqual([true, true])
})

test('a snapshot is refused if another process recorded a newer one while its rows were read', async () => {
  const path = nextPath()
  await useStore(path, async (store) => {
    await sync(store, makeSnapshot({ takenAt: '2026-03-02T08:00:00.000Z' }))
    function* readUsers() {
      recordNewer(path, '2026-03-02T08:45:00.000Z')
      yield makeUser(9, 'zoe')
    }
    const snapshot = { ...makeSnapshot({ takenAt: '2026-03-02T08:30:00.000Z' }), users: readUsers() }
    const context = { ...quietly, store, readClock: () => now }
    await expect(syncSnapshot(snapshot, { allowOlder: false }, context)).rejects.toThrow(
      'The snapshot was taken at 2026-03-02T08:30:00.000Z, before the last one (2026-03-02T08:45:00.000Z).',
    )
    expect(store.knownSeats.countUsers()).toBe(4)
  })
})
