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

/** {@link noteSeatChanges} comes first. Pending changes stay as they are: only a push settles them. */
export function replaceSeats(database: Sqlite.Database, seenAt: Instant): void {
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
