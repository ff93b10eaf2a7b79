import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import type { PlanTotals } from '../domain/plan.ts'
import type { CutOffRun, RunActor, RunCommand } from '../domain/run.ts'

export interface NewRun extends RunActor {
  command: RunCommand
  addOnPurchaseId: number
  /** The options that decided, by name. */
  options: Record<string, string | boolean | null>
  source: string | null
  startedAt: Instant
}

export interface FinishedRun extends Pick<PlanTotals, 'needed' | 'freeBefore' | 'freeAfter'> {
  /** That of the seats that were given. */
  addOnPurchaseId: number
  finishedAt: Instant
  sourceSha256: string | null
  refused: boolean
}

interface UnfinishedRow {
  id: number
  command: RunCommand
  source: string | null
  started_at: string
  host: string
  pid: number
}

export class Runs {
  readonly #open: Sqlite.Statement
  readonly #finish: Sqlite.Statement
  readonly #discardUnfinished: Sqlite.Statement<[number]>
  readonly #listUnfinished: Sqlite.Statement<[Instant], UnfinishedRow>

  constructor(database: Sqlite.Database) {
    this.#open = database.prepare(`
      INSERT INTO runs (command, add_on_purchase_id, options, source, actor, host, pid, ci_job_url, started_at)
      VALUES (:command, :addOnPurchaseId, :options, :source, :actor, :host, :pid, :ciJobUrl, :startedAt)
    `)
    this.#finish = database.prepare(`
      UPDATE runs
      SET add_on_purchase_id = :addOnPurchaseId, source_sha256 = :sourceSha256, finished_at = :finishedAt,
          refused = :refused, needed = :needed, free_before = :freeBefore, free_after = :freeAfter
      WHERE id = :id
    `)
    this.#discardUnfinished = database.prepare('DELETE FROM runs WHERE id = ? AND finished_at IS NULL')
    this.#listUnfinished = database.prepare(`
      SELECT id, command, source, started_at, host, pid
      FROM runs AS cut_off
      WHERE finished_at IS NULL AND started_at > ? AND NOT EXISTS (
        SELECT 1 FROM runs AS again
        WHERE again.id > cut_off.id AND again.finished_at IS NOT NULL
          AND (again.command, again.source) IS (cut_off.command, cut_off.source)
      )
      ORDER BY id
    `)
  }

  /** @returns the number of the run */
  open(run: NewRun): number {
    return Number(this.#open.run({ ...run, options: JSON.stringify(run.options) }).lastInsertRowid)
  }

  finish(id: number, run: FinishedRun): void {
    const { addOnPurchaseId, finishedAt, sourceSha256, refused, needed, freeBefore, freeAfter } = run
    this.#finish.run({
      id,
      addOnPurchaseId,
      finishedAt,
      sourceSha256,
      refused: refused ? 1 : 0,
      needed,
      freeBefore,
      freeAfter,
    })
  }

  /**
   * Forgets a run that did not come to its end: its input was broken, or somebody interrupted it. Where the store is busy, the
   * run stays and is shown as cut off, which it is.
   */
  discardUnfinished(id: number): void {
    try {
      this.#discardUnfinished.run(id)
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error
    }
  }

  /**
   * Runs that were killed: opened, never finished, their process gone. Once the same command has finished with the same
   * source they are history.
   *
   * @param since runs that were opened before are history, too
   * @param isAlive whether a process of this host still runs
   */
  listCutOff(since: Instant, host: string, isAlive: (pid: number) => boolean): CutOffRun[] {
    return this.#listUnfinished
      .all(since)
      .filter((run) => run.host !== host || !isAlive(run.pid))
      .map(({ id, command, source, started_at, host }) => ({
        id,
        command,
        source,
        startedAt: started_at,
        host,
      }))
  }
}
