import Database from 'better-sqlite3'
import { migrations } from '../../src/store/migrations.ts'

let image: Buffer | null = null

/** An empty store in memory. The migrations run once for all: they take longer than a short history. */
export function openMigrated(): Database.Database {
  image ??= migrate()
  return new Database(image)
}

function migrate(): Buffer {
  const database = new Database(':memory:')
  for (const migration of migrations) database.exec(migration)
  const serialized = database.serialize()
  database.close()
  return serialized
}
