import Database from 'better-sqlite3'
import type { Workdir } from './workdir.ts'

/** Reads every row of every table: equal before and after a command that changes nothing. */
export function readStore(workdir: Workdir): Record<string, unknown[]> {
  return queryStore(workdir, 'store.db', readTables)
}

/** As {@link readStore}, for an open database. Temporary tables are left out. */
export function readTables(database: Database.Database): Record<string, unknown[]> {
  const tables = database
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all()
  return Object.fromEntries(
    tables.map((table) => [table, database.prepare(`SELECT * FROM main.${table}`).all()]),
  )
}

/** The usernames of the holders, in the order of `list`. */
export function listHolders(workdir: Workdir, file = 'store.db'): string[] {
  return queryStore(
    workdir,
    file,
    (database) =>
      database
        .prepare('SELECT username FROM seats JOIN users ON id = user_id ORDER BY username COLLATE NOCASE')
        .pluck()
        .all() as string[],
  )
}

function queryStore<T>(workdir: Workdir, file: string, query: (database: Database.Database) => T): T {
  const database = new Database(workdir.join(file), { readonly: true })
  try {
    return query(database)
  } finally {
    database.close()
  }
}
