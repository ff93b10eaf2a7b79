import { writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { migrations } from '../../src/store/migrations/migrations.ts'
import { Store } from '../../src/store/store.ts'
import { applicationId } from '../../src/store/store-header.ts'

export interface EmptiedStore {
  database: Database.Database
  store: Store
}

interface Opened extends EmptiedStore {
  empty: () => void
  /** The bytes of the store before its first use. */
  image: Buffer
}

let opened: Opened | null = null

/**
 * A store in memory without rows. Do not close it: the next call empties it and returns it again.
 * Opening a store and preparing its statements takes longer than a short history.
 */
export function takeEmptiedStore(): EmptiedStore {
  opened ??= open()
  opened.empty()
  return opened
}

/** Writes a new store without rows, which takes less time than creating one. */
export function writeEmptyStore(path: string): void {
  opened ??= open()
  writeFileSync(path, opened.image, { mode: 0o600 })
}

function open(): Opened {
  const database = new Database(':memory:')
  for (const migration of migrations) database.exec(migration)
  database.pragma(`application_id = ${applicationId}`)
  database.pragma(`user_version = ${migrations.length}`)
  const store = new Store(database, () => new Database(':memory:'))
  const tables = database.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck()
  const deletions = tables.all().map((table) => database.prepare(`DELETE FROM ${table}`))
  const empty = database.transaction(() => {
    database.pragma('defer_foreign_keys = ON')
    for (const deletion of deletions) deletion.run()
  })
  return { database, store, empty, image: database.serialize() }
}
