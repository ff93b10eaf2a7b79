import type Sqlite from 'better-sqlite3'
import type { Day, Instant } from '../domain/day.ts'
import type { HistoryCause } from '../domain/history.ts'
import { compareRemovals } from '../domain/judge-surplus.ts'
import { findLossCause, type LossFacts } from '../domain/loss-cause.ts'
import type { Membership, Offering } from '../domain/user.ts'

export function noteSeatChanges(database: Sqlite.Database, position: number | null): void {
  if (position !== null) findChangedSince(database, position)
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

interface PurchaseFacts extends Pick<LossFacts, 'isOver'> {
  /** Seats held before, beyond the quantity of now. */
  surplus: number
  /** The sync before did not show it any more. */
  isBack: boolean
}

export interface SeatsInTime {
  at: Instant
  /** The sync before; null for the first one. */
  since: Instant | null
  /** Went back to a snapshot that is older than the last one: the differences are no changes in GitLab. */
  isOlder: boolean
  offering: Offering
  /** Without purchases that the sync does not show. */
  purchases: ReadonlyMap<number, PurchaseFacts>
}

/** After {@link noteSeatChanges}, and before users and seats are replaced: likely causes depend on the old users. */
export function recordSeatDifferences(database: Sqlite.Database, time: SeatsInTime): void {
  recordFound(database, time)
  recordLost(database, time)
}

function recordFound(database: Sqlite.Database, { at, since, isOlder, purchases }: SeatsInTime): void {
  const usual = since === null ? 'first_sync' : 'changed_in_gitlab'
  const cause: HistoryCause = isOlder ? 'older_snapshot' : usual
  const back = [...purchases].flatMap(([id, { isBack }]) => (isBack ? [id] : []))
  database
    .prepare(`
      INSERT INTO history (at, since, add_on_purchase_id, user_id, change, cause)
      SELECT :at, :since, add_on_purchase_id, user_id, 'found',
        iif(add_on_purchase_id IN (SELECT value FROM json_each(:back)), 'purchase_renewed', :cause)
      FROM sync_changes WHERE change = 'seat_gained'
      UNION ALL
      SELECT :at, :since, add_on_purchase_id, user_id, 'found', 'pending_change'
      FROM pending_changes JOIN incoming_seats USING (add_on_purchase_id, user_id)
      WHERE (add_on_purchase_id, user_id) NOT IN (SELECT add_on_purchase_id, user_id FROM seats)
    `)
    .run({ at, since, cause, back: JSON.stringify(back) })
}

const olderSnapshot = { cause: 'older_snapshot', reason: null } as const satisfies {
  cause: HistoryCause
  reason: null
}

interface LostRow {
  position: number
  addOnPurchaseId: number
  userId: number
  before: string | null
  after: string | null
  /** The seat and its use, as the sync before showed them. */
  assignedAt: Instant | null
  seenAt: Instant | null
  lastDuoActivityOn: Day | null
}

const rowsPerPage = 2_000

function recordLost(
  database: Sqlite.Database,
  { at, since, isOlder, offering, purchases }: SeatsInTime,
): void {
  database
    .prepare(`
      INSERT INTO history (at, since, add_on_purchase_id, user_id, change, cause)
      SELECT :at, :since, add_on_purchase_id, user_id, 'lost', 'pending_change'
      FROM pending_changes JOIN seats USING (add_on_purchase_id, user_id)
      WHERE (add_on_purchase_id, user_id) NOT IN (SELECT add_on_purchase_id, user_id FROM incoming_seats)
    `)
    .run({ at, since })
  const readPage = database.prepare<[number], LostRow>(`
    SELECT lost.rowid AS position, add_on_purchase_id AS addOnPurchaseId, user_id AS userId,
      iif(old.id IS NULL OR old.gone_at IS NOT NULL, NULL,
        json_object('state', old.state, 'type', old.type, 'member', old.member)) AS before,
      iif(new.id IS NULL, NULL,
        json_object('state', new.state, 'type', new.type, 'member', new.member)) AS after,
      assigned_at AS assignedAt, seats.seen_at AS seenAt, old.last_duo_activity_on AS lastDuoActivityOn
    FROM sync_changes AS lost
    JOIN seats USING (add_on_purchase_id, user_id)
    LEFT JOIN users AS old ON old.id = user_id
    LEFT JOIN incoming_users AS new ON new.id = user_id
    WHERE change = 'seat_lost' AND lost.rowid > ?
    ORDER BY lost.rowid LIMIT ${rowsPerPage}
  `)
  const record = database.prepare(`
    INSERT INTO history (at, since, add_on_purchase_id, user_id, change, cause, reason)
    VALUES (?, ?, ?, ?, 'lost', ?, ?)
  `)
  const scope = { purchases, offering }
  const ofSurplus = listSurplusLosses(readLost(readPage), scope)
  for (const lost of readLost(readPage)) {
    const { cause, reason } = isOlder ? olderSnapshot : judgeLoss(lost, ofSurplus.has(lost.position), scope)
    record.run(at, since, lost.addOnPurchaseId, lost.userId, cause, reason)
  }
}

function* readLost(readPage: Sqlite.Statement<[number], LostRow>): Iterable<LostRow> {
  for (let last = 0; ; ) {
    const rows = readPage.all(last)
    yield* rows
    if (rows.length < rowsPerPage) return
    last = rows.at(-1)?.position ?? last
  }
}

type LossScope = Pick<SeatsInTime, 'purchases' | 'offering'>

function judgeLoss(
  { addOnPurchaseId, before, after }: LostRow,
  isExceeded: boolean,
  { purchases, offering }: LossScope,
): ReturnType<typeof findLossCause> {
  const isOver = purchases.get(addOnPurchaseId)?.isOver ?? true
  const facts = { isOver, isExceeded, before: parseMembership(before), after: parseMembership(after) }
  return findLossCause(facts, offering)
}

/** The positions of the seats that GitLab likely removed as a surplus: no more than that, and in its order. */
function listSurplusLosses(lost: Iterable<LostRow>, scope: LossScope): ReadonlySet<number> {
  const eligible = new Map<number, LostRow[]>()
  const others = new Map<number, number>()
  for (const row of lost) {
    const id = row.addOnPurchaseId
    if ((scope.purchases.get(id)?.surplus ?? 0) === 0) continue
    if (judgeLoss(row, true, scope).cause !== 'purchase_shrank') others.set(id, (others.get(id) ?? 0) + 1)
    else if (!eligible.get(id)?.push(row)) eligible.set(id, [row])
  }
  const chosen = [...eligible].flatMap(([id, rows]) => {
    const seats = Math.max(0, (scope.purchases.get(id)?.surplus ?? 0) - (others.get(id) ?? 0))
    return rows
      .toSorted((a, b) => compareRemovals({ ...a, reason: null }, { ...b, reason: null }))
      .slice(0, seats)
  })
  return new Set(chosen.map(({ position }) => position))
}

function parseMembership(json: string | null): Membership | null {
  if (json === null) return null
  const { member, ...membership } = JSON.parse(json) as Omit<Membership, 'member'> & { member: number }
  return { ...membership, member: member === 1 }
}
