import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import type { PlanTotals } from '../domain/plan.ts'
import type { CutOffRun, RunCommand } from '../domain/run.ts'

/** Who started a run, and where: for the audit trail, and to tell whether it is still at work. */
export interface RunActor {
  /** Name of the system user. */
  actor: string
  host: string
  pid: number
  /** `CI_JOB_URL`, where the environment tells it. */
  ciJobUrl: string | null
}

export interface OpenedRun extends RunActor {
  command: RunCommand
  addOnPurchaseId: number
  /** The options that decided, by name. */
  options: Record<string, string | boolean | null>
  source: string | null
  startedAt: Instant
}

export interface FinishedRun extends Pick<PlanTotals, 'needed' | 'freeBefore' | 'freeAfter'> {
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
  readonly #listUnfinished: Sqlite.Statement<[], UnfinishedRow>

  constructor(database: Sqlite.Database) {
    this.#open = database.prepare(`
      INSERT INTO runs (command, add_on_purchase_id, options, source, actor, host, pid, ci_job_url, started_at)
      VALUES (:command, :addOnPurchaseId, :options, :source, :actor, :host, :pid, :ciJobUrl, :startedAt)
    `)
    this.#finish = database.prepare(`
      UPDATE runs
      SET finished_at = :finishedAt, source_sha256 = :sourceSha256, refused = :refused,
          needed = :needed, free_before = :freeBefore, free_after = :freeAfter
      WHERE id = :id
    `)
    this.#discardUnfinished = database.prepare('DELETE FROM runs WHERE id = ? AND finished_at IS NULL')
    this.#listUnfinished = database.prepare(`
      SELECT id, command, source, started_at, host, pid
      FROM runs
      WHERE finished_at IS NULL AND id > (SELECT coalesce(max(id), 0) FROM runs WHERE finished_at IS NOT NULL)
      ORDER BY id
    `)
  }

  /** @returns the number of the run */
  open(run: OpenedRun): number {
    return Number(this.#open.run({ ...run, options: JSON.stringify(run.options) }).lastInsertRowid)
  }

  finish(id: number, run: FinishedRun): void {
    const { finishedAt, sourceSha256, refused, needed, freeBefore, freeAfter } = run
    this.#finish.run({
      id,
      finishedAt,
      sourceSha256,
      refused: refused ? 1 : 0,
      needed,
      freeBefore,
      freeAfter,
    })
  }

  /** Forgets a run that did not come to its end: its input was broken, or somebody interrupted it. */
  discardUnfinished(id: number): void {
    this.#discardUnfinished.run(id)
  }

  /**
   * Runs that were killed: opened, never finished, their process gone. Once a later run has finished they are history.
   *
   * @param isAlive whether a process of this host still runs
   */
  listCutOff(host: string, isAlive: (pid: number) => boolean): CutOffRun[] {
    return this.#listUnfinished
      .all()
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
