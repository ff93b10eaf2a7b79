import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'

const isChanged = `
  (old.username, old.name, old.email, old.state, old.type, old.member)
  IS NOT (new.username, new.name, new.email, new.state, new.type, new.member)
`

const isActivityChanged = `
  (old.last_activity_on, old.last_duo_activity_on) IS NOT (new.last_activity_on, new.last_duo_activity_on)
`

/** The facts that differ between the rows old and new, from one side. */
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
 * Notes each difference. A user from a look-up becomes one of the sync, or is marked as gone without a note.
 *
 * @returns the number of users that differ in their activity days only
 */
export function replaceUsers(database: Sqlite.Database, goneAt: Instant): number {
  noteUserChanges(database)
  const { activityUpdated } = database
    .prepare<[], { activityUpdated: number }>(`
      SELECT count(*) AS activityUpdated
      FROM incoming_users AS new JOIN users AS old USING (id)
      WHERE old.gone_at IS NULL AND old.looked_up = 0 AND NOT ${isChanged} AND ${isActivityChanged}
    `)
    .get() ?? { activityUpdated: 0 }

  database
    .prepare(`
      UPDATE users SET gone_at = ?
      WHERE gone_at IS NULL AND id NOT IN (SELECT id FROM incoming_users)
    `)
    .run(goneAt)
  database.exec(`
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

function noteUserChanges(database: Sqlite.Database): void {
  database.exec(`
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

export interface SeatReading {
  /** For the minimum age of a seat. */
  seenAt: Instant
  /** The last event of the store before the snapshot was taken; null if the seats are those of GitLab itself. */
  position: number | null
}

/**
 * Notes each difference. Seats that a run changed after the snapshot stay as they are, and so do pending changes: only a push
 * settles them.
 */
export function replaceSeats(database: Sqlite.Database, { seenAt, position }: SeatReading): void {
  if (position !== null) findChangedSince(database, position)
  noteSeatChanges(database)
  database.exec(`
    DELETE FROM seats WHERE (add_on_purchase_id, user_id) IN (
      SELECT add_on_purchase_id, user_id FROM sync_changes WHERE change = 'seat_lost'
    );
    DELETE FROM seats WHERE (add_on_purchase_id, user_id) IN (
      SELECT add_on_purchase_id, user_id
      FROM pending_changes LEFT JOIN incoming_seats AS new USING (add_on_purchase_id, user_id)
      WHERE new.user_id IS NULL
    );
  `)
  database
    .prepare(`
      INSERT INTO seats (add_on_purchase_id, user_id, assigned_at, seen_at)
      SELECT *, ? FROM incoming_seats
      WHERE (add_on_purchase_id, user_id) NOT IN (SELECT add_on_purchase_id, user_id FROM changed_since)
      ON CONFLICT DO UPDATE SET
        assigned_at = iif(run_id IS NULL, coalesce(excluded.assigned_at, assigned_at), assigned_at),
        seen_at = coalesce(seen_at, excluded.seen_at)
      WHERE seen_at IS NULL OR (run_id IS NULL AND assigned_at IS NOT excluded.assigned_at)
    `)
    .run(seenAt)
}

function findChangedSince(database: Sqlite.Database, position: number): void {
  database
    .prepare(`
      INSERT OR IGNORE INTO changed_since
      SELECT runs.add_on_purchase_id, results.user_id
      FROM store_events AS event
      JOIN runs ON runs.id = event.run_id
      JOIN results ON results.run_id = runs.id
      WHERE event.number > ? AND results.change <> 'none' AND results.pushed IS NOT 'pending'
        AND results.user_id IS NOT NULL
    `)
    .run(position)
}

function noteSeatChanges(database: Sqlite.Database): void {
  database.exec(`
    INSERT INTO sync_changes (change, add_on_purchase_id, user_id)
    SELECT iif(own.user_id IS NULL, 'seat_gained', 'removal_kept'), new.add_on_purchase_id, new.user_id
    FROM incoming_seats AS new
    LEFT JOIN seats AS old USING (add_on_purchase_id, user_id)
    LEFT JOIN pending_changes AS wanted USING (add_on_purchase_id, user_id)
    LEFT JOIN changed_since AS own USING (add_on_purchase_id, user_id)
    WHERE old.user_id IS NULL AND wanted.user_id IS NULL;

    INSERT INTO sync_changes (change, add_on_purchase_id, user_id)
    SELECT iif(own.user_id IS NULL, 'seat_lost', 'seat_kept'), old.add_on_purchase_id, old.user_id
    FROM seats AS old
    LEFT JOIN incoming_seats AS new USING (add_on_purchase_id, user_id)
    LEFT JOIN pending_changes AS wanted USING (add_on_purchase_id, user_id)
    LEFT JOIN changed_since AS own USING (add_on_purchase_id, user_id)
    WHERE new.user_id IS NULL AND wanted.user_id IS NULL;
  `)
}
