import type { Instant } from '../domain/day.ts'
import type { Statement, Statements } from './statements.ts'

/**
 * Runs that change seats, and new snapshots, in the order in which the store saw them. The clock may be wrong.
 *
 * Call writing methods inside the transaction of the change.
 */
export class StoreEvents {
  readonly #recordRun: Statement<[{ runId: number; at: Instant }]>
  readonly #extendSync: Statement<[{ takenAt: Instant }]>
  readonly #recordSync: Statement<[{ takenAt: Instant; at: Instant }]>
  readonly #findLast: Statement<[], Instant>
  readonly #findPosition: Statement<[{ takenAt: Instant }], number>

  constructor(statements: Statements) {
    this.#recordRun = statements.prepare(`
      INSERT OR IGNORE INTO store_events (at, run_id, is_dated)
      SELECT :at, :runId, :at >= coalesce(max(at), '') FROM store_events
    `)
    // Without a run between them, two snapshots follow the same changes.
    this.#extendSync = statements.prepare(`
      UPDATE store_events SET taken_at = max(taken_at, :takenAt)
      WHERE number = (SELECT max(number) FROM store_events) AND taken_at IS NOT NULL
    `)
    this.#recordSync = statements.prepare(`
      INSERT INTO store_events (at, taken_at, is_dated)
      SELECT :at, :takenAt, :at >= :takenAt
      WHERE NOT EXISTS (SELECT 1 FROM store_events WHERE taken_at >= :takenAt)
    `)
    this.#findLast = statements
      .prepare<[], Instant>('SELECT at FROM store_events ORDER BY number DESC LIMIT 1')
      .pluck()
    this.#findPosition = statements
      .prepare<[{ takenAt: Instant }], number>(`
        SELECT coalesce(max(number), 0)
        FROM store_events
        WHERE is_dated AND at <= :takenAt
          AND number < coalesce((SELECT min(number) FROM store_events WHERE taken_at >= :takenAt), 1e18)
      `)
      .pluck()
  }

  /** May be repeated for a run: its first place counts. */
  recordRun(runId: number, at: Instant): void {
    this.#recordRun.run({ runId, at })
  }

  recordSync(takenAt: Instant, at: Instant): void {
    if (this.#extendSync.run({ takenAt }).changes === 0) this.#recordSync.run({ takenAt, at })
  }

  /** By the clock at that event; null without one. */
  findLastAt(): Instant | null {
    return this.#findLast.get() ?? null
  }

  /**
   * The number of the last event that surely came before a snapshot was taken; 0 without one. An event whose clock was behind
   * proves nothing, and a snapshot that was synced before is as old as at its first sync.
   */
  findPosition(takenAt: Instant): number {
    return this.#findPosition.getOne({ takenAt })
  }
}
