import type Sqlite from 'better-sqlite3'
import type { AddOn } from '../domain/add-on.ts'
import { type SyncChange, type SyncChangeCode, syncChangeCodes } from '../domain/sync-change.ts'
import type { Statement, Statements } from './statements.ts'

interface ChangeRow {
  change: SyncChangeCode
  add_on: AddOn | null
  user_id: number | null
  username: string | null
  before: string | null
  after: string | null
}

interface NotedChange {
  change: SyncChangeCode
  addOnPurchaseId: number
  userId?: number
  before?: string
  after?: string
}

/** In a temporary table: there may be as many as users. */
export class SyncChanges {
  readonly #note: Statement
  readonly #count: Statement<[], { change: SyncChangeCode; changes: number }>
  readonly #read: Statement<[string], ChangeRow>

  constructor(database: Sqlite.Database, statements: Statements) {
    database.exec(`
      CREATE TEMP TABLE IF NOT EXISTS sync_changes (
        change TEXT NOT NULL,
        add_on_purchase_id INTEGER,
        user_id INTEGER,
        before TEXT,
        after TEXT
      ) STRICT;
      DELETE FROM sync_changes;
    `)
    this.#note = statements.prepare('INSERT INTO sync_changes VALUES (?, ?, ?, ?, ?)')
    this.#count = statements.prepare('SELECT change, count(*) AS changes FROM sync_changes GROUP BY change')
    this.#read = statements.prepare(`
      SELECT sync_changes.change, add_on, user_id, username, before, after
      FROM json_each(?) AS code
      CROSS JOIN sync_changes ON sync_changes.change = code.value
      LEFT JOIN add_on_purchases ON add_on_purchases.id = add_on_purchase_id
      LEFT JOIN users ON users.id = user_id
      ORDER BY code.key, add_on DESC, username COLLATE NOCASE
    `)
  }

  note({ change, addOnPurchaseId, userId, before, after }: NotedChange): void {
    this.#note.run(change, addOnPurchaseId, userId ?? null, before ?? null, after ?? null)
  }

  /** In the order of the table of changes, without zeros. */
  count(): Partial<Record<SyncChangeCode, number>> {
    const counts = new Map(this.#count.all().map(({ change, changes }) => [change, changes]))
    return Object.fromEntries(
      syncChangeCodes.flatMap((code) => (counts.has(code) ? [[code, counts.get(code)]] : [])),
    )
  }

  /** In the order of the codes, then by add-on and username. */
  *read(codes: readonly SyncChangeCode[] = syncChangeCodes): Iterable<SyncChange> {
    for (const { add_on: addOn, user_id: userId, ...row } of this.#read.iterate(JSON.stringify(codes)))
      yield { ...row, addOn, userId }
  }
}
