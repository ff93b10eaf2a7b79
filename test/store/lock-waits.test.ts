import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { type LockWait, takeLock } from '../../src/store/take-lock.ts'
import { fixtures } from '../support/workdir.ts'
import { makePaths, makeUser, now, quietly } from './sample-store.ts'

const nextPath = makePaths()
let path = ''

beforeEach(() => {
  path = nextPath()
})

async function open(): Promise<Store> {
  const store = await openStore(path, { create: true })
  onTestFinished(() => store.close())
  return store
}

function addUser({ lookedUpUsers }: Store, id: number): void {
  lookedUpUsers.record([makeUser(id, `user${id}`)], now)
}

/** The ids of all users, as another connection reads them. */
function readUserIds(): number[] {
  const database = new Database(path, { readonly: true })
  try {
    return database.prepare<[], number>('SELECT id FROM users ORDER BY id').pluck().all()
  } finally {
    database.close()
  }
}

describe('two transactions of one store', () => {
  test('a second transaction begins after the first one was committed', async () => {
    const store = await open()
    const events: unknown[] = []
    const first = store.transact(async () => {
      events.push('first begins')
      addUser(store, 1)
      await nextTurn()
      await nextTurn()
      events.push('first ends')
    }, quietly)
    const second = store.transact(() => events.push('second begins', readUserIds()), quietly)
    await Promise.all([first, second])
    expect(events).toEqual(['first begins', 'first ends', 'second begins', [1]])
  })

  test('a second transaction keeps its changes when the first one fails', async () => {
    const store = await open()
    const first = store.transact(async () => {
      addUser(store, 1)
      await nextTurn()
      throw new Error('broken')
    }, quietly)
    const second = store.transact(async () => {
      await nextTurn()
      addUser(store, 2)
      return 'done'
    }, quietly)
    await expect(first).rejects.toThrow('broken')
    expect(await second).toBe('done')
    expect(readUserIds()).toEqual([2])
  })

  test('a second transaction keeps its changes when the first one is rolled back', async () => {
    const store = await open()
    const work = async (id: number) => {
      await nextTurn()
      addUser(store, id)
      return id
    }
    const both = [
      store.transact(() => work(1), { ...quietly, rollback: true }),
      store.transact(() => work(2), quietly),
    ]
    expect(await Promise.all(both)).toEqual([1, 2])
    expect(readUserIds()).toEqual([2])
  })
})

interface Lock {
  release: () => void
}

interface Wait {
  /** Another connection takes the lock. */
  hold: () => Promise<Lock> | Lock
  /** Prepares work that needs the lock. */
  prepare: () => Promise<(wait: LockWait) => Promise<Lock>>
}

function lockStore(): Lock {
  const other = new Database(path)
  other.exec('BEGIN IMMEDIATE')
  return { release: () => other.close() }
}

const waits: Record<string, Wait> = {
  transact: {
    hold: lockStore,
    prepare: async () => {
      const store = await open()
      return async (wait) => {
        await store.transact(() => {}, wait)
        return { release: () => {} }
      }
    },
  },
  takePushLock: {
    hold: async () => (await open()).takePushLock(quietly),
    prepare: async () => {
      const store = await open()
      return (wait) => store.takePushLock(wait)
    },
  },
  'openStore of an old store': {
    hold: lockStore,
    prepare: async () => {
      copyFileSync(join(fixtures, 'stores/0.1.0.db'), path)
      return async (wait) => {
        const store = await openStore(path, { create: false, wait })
        return { release: () => store.close() }
      }
    },
  },
}

describe('a wait for the lock of another process', () => {
  test.each(Object.entries(waits))(
    '%s does not block the event loop while it waits for a lock',
    async (_, { hold, prepare }) => {
      const begin = await prepare()
      const held = await hold()
      const events: string[] = []
      const lock = await begin({
        ...quietly,
        onWait: () => {
          events.push('waits')
          setImmediate(() => {
            events.push('event loop runs')
            held.release()
          })
        },
      })
      events.push('has the lock')
      lock.release()
      expect(events).toEqual(['waits', 'event loop runs', 'has the lock'])
    },
  )

  test.each(Object.entries(waits))(
    '%s stops waiting when the signal is aborted, and can take the lock afterwards',
    async (_, { hold, prepare }) => {
      const begin = await prepare()
      const held = await hold()
      const abort = new AbortController()
      const waiting = begin({
        signal: abort.signal,
        onWait: () => setImmediate(() => abort.abort(new Error('interrupted'))),
      })
      await expect(waiting).rejects.toThrow('interrupted')
      held.release()
      const lock = await begin(quietly)
      lock.release()
    },
  )

  test.each(Object.entries(waits))(
    '%s does not begin when the signal is already aborted',
    async (_, { prepare }) => {
      const begin = await prepare()
      const signal = AbortSignal.abort(new Error('interrupted'))
      await expect(begin({ ...quietly, signal })).rejects.toThrow('interrupted')
    },
  )

  test('SQLite itself does not wait when a lock is taken, and waits for other statements as before', async () => {
    const database = new Database(path, { timeout: 1_000 })
    const readTimeoutMs = () => database.pragma('busy_timeout', { simple: true })
    const timeouts: unknown[] = []
    const exec = database.exec.bind(database)
    database.exec = (sql) => {
      timeouts.push(readTimeoutMs())
      return exec(sql)
    }
    await takeLock(database, 'BEGIN IMMEDIATE', quietly, 0)
    expect([timeouts, readTimeoutMs()]).toEqual([[0], 1_000])
    database.close()
  })
})
