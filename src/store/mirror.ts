import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import type { Request } from '../domain/request.ts'
import type { Seat } from '../domain/snapshot.ts'
import type { User } from '../domain/user.ts'
import { listKeys, type UnknownKeys } from './users.ts'

/** What GitLab says, beside what the store says: the differences are found in SQL, table against table. */
const temporarySchema = `
  CREATE TEMP TABLE IF NOT EXISTS incoming_users (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    state TEXT NOT NULL,
    type TEXT NOT NULL,
    member INTEGER NOT NULL,
    last_activity_on TEXT,
    last_duo_activity_on TEXT
  ) STRICT;
  CREATE TEMP TABLE IF NOT EXISTS incoming_seats (
    add_on_purchase_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    assigned_at TEXT,
    PRIMARY KEY (add_on_purchase_id, user_id)
  ) STRICT, WITHOUT ROWID;
`

const isChanged = `
  (old.username, old.name, old.email, old.state, old.type, old.member)
  IS NOT (new.username, new.name, new.email, new.state, new.type, new.member)
`

const isActivityChanged = `
  (old.last_activity_on, old.last_duo_activity_on) IS NOT (new.last_activity_on, new.last_duo_activity_on)
`

/** The facts of a user that differ between the rows old and new, as they stand in one of them. */
const differingFacts = (side: 'old' | 'new') => `
  concat_ws(', ',
    iif(old.username IS NOT new.username, '@' || ${side}.username, NULL),
    iif(old.name IS NOT new.name, '"' || ${side}.name || '"', NULL),
    iif(old.email IS NOT new.email, coalesce(${side}.email, 'without email'), NULL),
    iif(old.state IS NOT new.state, ${side}.state, NULL),
    iif(old.type IS NOT new.type, ${side}.type, NULL),
    iif(old.member IS NOT new.member, iif(${side}.member, 'a member', 'no member'), NULL))
`

/**
 * Brings users and seats to the state of a GitLab, and notes each difference in {@link SyncChanges}' table. What GitLab says is
 * staged first, page by page: of a user or seat that comes twice, the latest row counts.
 */
export class Mirror {
  readonly #database: Sqlite.Database
  readonly #stageUser: Sqlite.Statement<unknown[]>
  readonly #stageSeat: Sqlite.Statement<unknown[]>
  readonly #countSeats: Sqlite.Statement<[number], number>

  constructor(database: Sqlite.Database) {
    this.#database = database
    database.exec(temporarySchema)
    this.clearStaged()
    this.#stageUser = database.prepare(
      'INSERT OR REPLACE INTO incoming_users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    this.#stageSeat = database.prepare('INSERT OR REPLACE INTO incoming_seats VALUES (?, ?, ?)')
    this.#countSeats = database
      .prepare<[number], number>('SELECT count(*) FROM incoming_seats WHERE add_on_purchase_id = ?')
      .pluck()
  }

  stageUsers(users: readonly User[]): void {
    this.#stage(() => {
      for (const user of users) {
        this.#stageUser.run(
          user.id,
          user.username,
          user.name,
          user.email,
          user.state,
          user.type,
          user.member ? 1 : 0,
          user.lastActivityOn,
          user.lastDuoActivityOn,
        )
      }
    })
  }

  stageSeats(seats: readonly Seat[]): void {
    this.#stage(() => {
      for (const seat of seats) this.#stageSeat.run(seat.addOnPurchaseId, seat.userId, seat.assignedAt)
    })
  }

  /** Only temporary tables are written, so that a transaction of its own locks nobody out and waits for nobody. */
  #stage(work: () => void): void {
    if (this.#database.inTransaction) work()
    else this.#database.transaction(work)()
  }

  /** How many different users and seats are staged. */
  countStaged(): { users: number; seats: number } {
    return (
      this.#database
        .prepare<[], { users: number; seats: number }>(`
          SELECT (SELECT count(*) FROM incoming_users) AS users, (SELECT count(*) FROM incoming_seats) AS seats
        `)
        .get() ?? { users: 0, seats: 0 }
    )
  }

  /** How many different users are staged as holders of a seat of one purchase. */
  countStagedSeats(addOnPurchaseId: number): number {
    return this.#countSeats.get(addOnPurchaseId) ?? 0
  }

  /** Takes back what was staged, so that it can be read from GitLab again. */
  clearStaged(): void {
    this.#database.exec('DELETE FROM incoming_users; DELETE FROM incoming_seats')
  }

  /**
   * Stages as well what the store knows and nobody has staged, so that nothing goes: for a reading that may have missed some.
   * Pending seats that GitLab did not have are left out: they stay by themselves.
   */
  stageKnown(): void {
    this.#database.exec(`
      INSERT OR IGNORE INTO incoming_users
      SELECT id, username, name, email, state, type, member, last_activity_on, last_duo_activity_on
      FROM users WHERE gone_at IS NULL AND looked_up = 0;
      INSERT OR IGNORE INTO incoming_seats
      SELECT add_on_purchase_id, user_id, assigned_at FROM seats WHERE pending = 0 OR in_gitlab = 1;
    `)
  }

  /** The usernames and ids in some requests that are of no user who is staged. */
  findUnstaged(requests: readonly Request[]): UnknownKeys {
    this.#database.exec(
      'CREATE INDEX IF NOT EXISTS temp.incoming_names ON incoming_users (username COLLATE NOCASE)',
    )
    const { usernames, userIds } = listKeys(requests)
    return {
      usernames: this.#findUnstaged('username = wanted.value COLLATE NOCASE', usernames),
      userIds: this.#findUnstaged('id = wanted.value', userIds),
    }
  }

  #findUnstaged<Key>(condition: string, keys: readonly Key[]): Key[] {
    return this.#database
      .prepare<[string], Key>(`
        SELECT wanted.value FROM json_each(?) AS wanted
        WHERE NOT EXISTS (SELECT 1 FROM incoming_users WHERE ${condition})
      `)
      .pluck()
      .all(JSON.stringify(keys))
  }

  /**
   * A user of whom only a look-up told becomes one of the sync, or goes without a word.
   *
   * @returns how many users differ in nothing but the days of their activity
   */
  replaceUsers(goneAt: Instant): number {
    this.#noteUserChanges()
    const { activityUpdated } = this.#database
      .prepare<[], { activityUpdated: number }>(`
        SELECT count(*) AS activityUpdated
        FROM incoming_users AS new JOIN users AS old USING (id)
        WHERE old.gone_at IS NULL AND old.looked_up = 0 AND NOT ${isChanged} AND ${isActivityChanged}
      `)
      .get() ?? { activityUpdated: 0 }

    this.#database
      .prepare(`
        UPDATE users SET gone_at = ?
        WHERE gone_at IS NULL AND id NOT IN (SELECT id FROM incoming_users)
      `)
      .run(goneAt)
    this.#database.exec(`
      INSERT INTO users (id, username, name, email, state, type, member, last_activity_on, last_duo_activity_on)
      SELECT * FROM incoming_users AS new WHERE true
      ON CONFLICT (id) DO UPDATE SET
        username = excluded.username,
        name = excluded.name,
        email = excluded.email,
        state = excluded.state,
        type = excluded.type,
        member = excluded.member,
        last_activity_on = excluded.last_activity_on,
        last_duo_activity_on = excluded.last_duo_activity_on,
        gone_at = NULL,
        looked_up = 0
      WHERE gone_at IS NOT NULL OR looked_up = 1
        OR (username, name, email, state, type, member, last_activity_on, last_duo_activity_on)
          IS NOT (excluded.username, excluded.name, excluded.email, excluded.state, excluded.type, excluded.member,
            excluded.last_activity_on, excluded.last_duo_activity_on)
    `)
    return activityUpdated
  }

  #noteUserChanges(): void {
    this.#database.exec(`
      INSERT INTO sync_changes (change, user_id)
      SELECT 'user_added', new.id
      FROM incoming_users AS new LEFT JOIN users AS old USING (id)
      WHERE old.id IS NULL OR old.gone_at IS NOT NULL OR old.looked_up = 1;

      INSERT INTO sync_changes (change, user_id, before, after)
      SELECT 'user_changed', new.id, ${differingFacts('old')}, ${differingFacts('new')}
      FROM incoming_users AS new JOIN users AS old USING (id)
      WHERE old.gone_at IS NULL AND old.looked_up = 0 AND ${isChanged};

      INSERT INTO sync_changes (change, user_id)
      SELECT 'user_gone', old.id
      FROM users AS old LEFT JOIN incoming_users AS new USING (id)
      WHERE new.id IS NULL AND old.gone_at IS NULL AND old.looked_up = 0;
    `)
  }

  /**
   * Seats that a run gave after the snapshot was taken are not in it and stay. Pending seats stay pending, whatever GitLab says of
   * them: only an answer to a push settles them.
   *
   * @param seenAt until when the snapshot knows of the seats that runs gave
   */
  replaceSeats(seenAt: Instant): void {
    this.#database.exec(`
      INSERT INTO sync_changes (change, add_on_purchase_id, user_id)
      SELECT 'seat_gained', new.add_on_purchase_id, new.user_id
      FROM incoming_seats AS new LEFT JOIN seats AS old USING (add_on_purchase_id, user_id)
      WHERE old.user_id IS NULL;
    `)
    this.#database
      .prepare(`
        INSERT INTO sync_changes (change, add_on_purchase_id, user_id)
        SELECT
          iif(old.run_id IS NOT NULL AND old.assigned_at > ?, 'seat_kept', 'seat_lost'),
          old.add_on_purchase_id, old.user_id
        FROM seats AS old LEFT JOIN incoming_seats AS new USING (add_on_purchase_id, user_id)
        WHERE new.user_id IS NULL AND old.pending = 0
      `)
      .run(seenAt)
    this.#database.exec(`
      DELETE FROM seats WHERE (add_on_purchase_id, user_id) IN (
        SELECT add_on_purchase_id, user_id FROM sync_changes WHERE change = 'seat_lost'
      );

      UPDATE seats SET in_gitlab = (add_on_purchase_id, user_id) IN (
        SELECT add_on_purchase_id, user_id FROM incoming_seats
      )
      WHERE pending = 1;
    `)
    this.#database
      .prepare(`
        INSERT INTO seats (add_on_purchase_id, user_id, assigned_at, seen_at)
        SELECT *, ? FROM incoming_seats WHERE true
        ON CONFLICT DO UPDATE SET
          assigned_at = iif(run_id IS NULL, coalesce(excluded.assigned_at, assigned_at), assigned_at),
          seen_at = coalesce(seen_at, excluded.seen_at)
        WHERE seen_at IS NULL OR (run_id IS NULL AND assigned_at IS NOT excluded.assigned_at)
      `)
      .run(seenAt)
  }
}
