import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import type { SeatChange } from '../domain/pushed.ts'
import {
  type ChangeStatements,
  type PendingSeat,
  prepareChange,
  type Refusal,
  type UserSet,
} from './pending-change.ts'

const lockTimeoutMs = 120_000

/**
 * The changes that are on their way to the linked GitLab. A result is pending as long as its seat is: both change in one
 * transaction, which is that of the caller where there is one. Everything may be said twice.
 */
export class PendingSeats {
  readonly #database: Sqlite.Database
  readonly #markStaged: Sqlite.Statement<[number]>
  readonly #supersede: Sqlite.Statement<[{ runId: number }]>
  readonly #stageGiving: Sqlite.Statement<[{ runId: number; assignedAt: Instant }]>
  readonly #stageTaking: Sqlite.Statement<[{ runId: number }]>
  readonly #promote: Sqlite.Statement<[{ runId: number; most: number }]>
  readonly #count: Sqlite.Statement<[], number>
  readonly #countUnconfirmed: Sqlite.Statement<[number], number>
  readonly #listPurchases: Sqlite.Statement<[], number>
  readonly #changes: Record<SeatChange, ChangeStatements>

  constructor(database: Sqlite.Database) {
    this.#database = database
    this.#markStaged = database.prepare(`
      UPDATE results SET pushed = 'pending' WHERE run_id = ? AND outcome IN ('pending', 'pending_removal')
    `)
    this.#supersede = database.prepare(`
      UPDATE results
      SET outcome = 'not_attempted', detail = iif(outcome = 'pending', 'given_up', 'removal_given_up'),
        pushed = 'refused'
      WHERE pushed = 'pending' AND run_id <> :runId
        AND EXISTS (
          SELECT 1 FROM results AS own
          WHERE own.pushed = 'pending' AND own.user_id = results.user_id AND own.run_id = :runId
            AND own.outcome <> results.outcome
        )
        AND (SELECT add_on_purchase_id FROM runs WHERE runs.id = results.run_id)
          = (SELECT add_on_purchase_id FROM runs WHERE runs.id = :runId)
    `)
    this.#stageGiving = database.prepare(`
      INSERT INTO seats (add_on_purchase_id, user_id, assigned_at, run_id, pending)
      SELECT runs.add_on_purchase_id, results.user_id, :assignedAt, runs.id, 1
      FROM results JOIN runs ON runs.id = results.run_id
      WHERE results.run_id = :runId AND results.outcome = 'pending'
      ON CONFLICT DO UPDATE SET assigned_at = excluded.assigned_at, run_id = excluded.run_id, removal_run_id = NULL
      WHERE removal_run_id IS NOT NULL
    `)
    this.#stageTaking = database.prepare(`
      UPDATE seats SET in_gitlab = iif(pending, in_gitlab, 1), pending = 1, removal_run_id = :runId
      WHERE removal_run_id IS NULL AND add_on_purchase_id = (SELECT add_on_purchase_id FROM runs WHERE id = :runId)
        AND user_id IN (SELECT user_id FROM results WHERE run_id = :runId AND outcome = 'pending_removal')
    `)
    this.#promote = database.prepare(`
      UPDATE results SET outcome = 'pending'
      WHERE run_id = :runId AND number IN (
        SELECT number FROM results
        WHERE run_id = :runId AND outcome = 'no_seats_available' AND pushed IS NULL
        ORDER BY number LIMIT :most
      )
    `)
    this.#count = database.prepare<[], number>('SELECT count(*) FROM seats WHERE pending = 1').pluck()
    this.#countUnconfirmed = database
      .prepare<[number], number>(`
        SELECT total((removal_run_id IS NULL) - in_gitlab) FROM seats WHERE pending = 1 AND add_on_purchase_id = ?
      `)
      .pluck()
    this.#listPurchases = database
      .prepare<[], number>(`
        SELECT DISTINCT add_on_purchase_id FROM seats WHERE pending = 1 ORDER BY add_on_purchase_id
      `)
      .pluck()
    this.#changes = {
      give: prepareChange(database, 'give'),
      take: prepareChange(database, 'take'),
    }
  }

  /**
   * Makes a pending change of every result of a run whose outcome is `pending` or `pending_removal`. A change that is pending
   * already stays that of the run which named the user first; where it is the opposite, it is given up.
   */
  stage(runId: number, assignedAt: Instant): void {
    this.#transact(() => {
      this.#markStaged.run(runId)
      this.#supersede.run({ runId })
      this.#stageTaking.run({ runId })
      this.#stageGiving.run({ runId, assignedAt })
    })
  }

  /**
   * Makes the first results of a run that went without a seat `pending`, and stages them: seats that were meant for others came
   * free again.
   *
   * @param most how many at most
   * @returns how many
   */
  stageNext(runId: number, most: number, assignedAt: Instant): number {
    let staged = 0
    this.#transact(() => {
      staged = this.#promote.run({ runId, most }).changes
      this.stage(runId, assignedAt)
    })
    return staged
  }

  /** How many changes are pending, of all purchases. */
  count(): number {
    return this.#count.get() ?? 0
  }

  /** The ids of the purchases with pending changes. */
  listPurchases(): number[] {
    return this.#listPurchases.all()
  }

  /** The pending changes of a purchase in the order in which they were staged: run by run, each in the order of its results. */
  list(addOnPurchaseId: number, change: SeatChange): PendingSeat[] {
    return this.#changes[change].list.all(addOnPurchaseId)
  }

  /** The ids of the users whose seat of a purchase is to be given or taken. */
  findPending(addOnPurchaseId: number): Record<SeatChange, Set<number>> {
    const find = (change: SeatChange) => new Set(this.#changes[change].find.all(addOnPurchaseId))
    return { give: find('give'), take: find('take') }
  }

  /** How many seats more than GitLab counts are held once all pending changes of a purchase are done; below 0 where fewer are. */
  countUnconfirmed(addOnPurchaseId: number): number {
    return this.#countUnconfirmed.get(addOnPurchaseId) ?? 0
  }

  /** GitLab has made these changes: they are pending no more, and every result that waited for one says so. */
  confirm(addOnPurchaseId: number, change: SeatChange, userIds: readonly number[]): void {
    const { confirmSeats, confirmed } = this.#changes[change]
    const done = { outcome: confirmed, reason: null, detail: null, pushed: 'confirmed' }
    this.#settle(change, addOnPurchaseId, userIds, [confirmSeats], done)
  }

  /**
   * GitLab does not make these changes: the seats are again as it had them, and every result that waited for one is the refusal.
   */
  refuse(addOnPurchaseId: number, change: SeatChange, userIds: readonly number[], refusal: Refusal): void {
    const { restoreSeats, dropSeats } = this.#changes[change]
    const steps = [restoreSeats, dropSeats]
    this.#settle(change, addOnPurchaseId, userIds, steps, { ...refusal, pushed: 'refused' })
  }

  #settle(
    change: SeatChange,
    addOnPurchaseId: number,
    userIds: readonly number[],
    settleSeats: readonly Sqlite.Statement<[UserSet]>[],
    result: Refusal & { pushed: string },
  ): void {
    const set = { addOnPurchaseId, userIds: JSON.stringify(userIds) }
    this.#transact(() => {
      for (const statement of settleSeats) statement.run(set)
      this.#changes[change].settleResults.run({ ...set, ...result })
    })
  }

  /** Waits for other processes that write, with everything else standing still: an answer of GitLab must not get lost. */
  #transact(work: () => void): void {
    const run = this.#database.transaction(work)
    const waitUntil = Date.now() + lockTimeoutMs
    for (;;) {
      try {
        run.immediate()
        return
      } catch (error) {
        if ((error as { code?: string }).code !== 'SQLITE_BUSY' || Date.now() > waitUntil) throw error
      }
    }
  }
}
