import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import { isFromSync } from './user-row.ts'

const identity = ['username', 'name', 'email', 'state', 'type', 'member']
const activity = ['last_activity_on', 'last_duo_activity_on']
const columns = [...identity, ...activity]

const differs = (compared: readonly string[]) => {
  const list = (side: 'old' | 'new') => compared.map((column) => `${side}.${column}`).join(', ')
  return `(${list('old')}) IS NOT (${list('new')})`
}

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
  const { changes: activityUpdated } = database
    .prepare(`
      INSERT INTO active_users
      SELECT new.id FROM users AS old JOIN incoming_users AS new USING (id)
      WHERE ${isFromSync} AND ${differs(activity)} AND NOT ${differs(identity)}
    `)
    .run()
  database
    .prepare(`
      UPDATE users SET gone_at = ?
      WHERE id IN (SELECT user_id FROM sync_changes WHERE change = 'user_gone')
        OR (looked_up = 1 AND gone_at IS NULL AND id NOT IN (SELECT id FROM incoming_users))
    `)
    .run(goneAt)
  // Most users are as they were, and need no comparison again.
  database.exec(`
    WITH differing (id) AS (
      SELECT user_id FROM sync_changes WHERE change IN ('user_added', 'user_changed')
      UNION ALL
      SELECT id FROM active_users
    )
    INSERT INTO users (id, ${columns.join(', ')})
    SELECT incoming_users.* FROM differing CROSS JOIN incoming_users USING (id) WHERE true
    ON CONFLICT (id) DO UPDATE SET
      ${columns.map((column) => `${column} = excluded.${column}`).join(', ')},
      gone_at = NULL,
      looked_up = 0
  `)
  return activityUpdated
}

function noteUserChanges(database: Sqlite.Database): void {
  database.exec(`
    INSERT INTO sync_changes (change, user_id, before, after)
    SELECT
      iif(${isFromSync}, 'user_changed', 'user_added'),
      new.id,
      iif(${isFromSync}, ${differingFacts('old')}, NULL),
      iif(${isFromSync}, ${differingFacts('new')}, NULL)
    FROM incoming_users AS new LEFT JOIN users AS old USING (id)
    WHERE old.id IS NULL OR NOT (${isFromSync}) OR ${differs(identity)};

    INSERT INTO sync_changes (change, user_id)
    SELECT 'user_gone', id FROM users
    WHERE ${isFromSync} AND id NOT IN (SELECT id FROM incoming_users);
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
