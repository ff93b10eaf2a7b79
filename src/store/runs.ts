import type { Instant } from '../domain/day.ts'
import type { IsAtWork, RecordedOptions, RecordedRun } from '../domain/recorded-run.ts'
import type { CutOffRun, RunActor, SeatTotals, TokenUser } from '../domain/run.ts'
import type { RunCommand } from '../domain/run-command.ts'
import type { RunRefusal } from '../domain/run-refusal.ts'
import type { Statement, Statements } from './statements.ts'

interface NewRun extends RunActor {
  command: RunCommand
  addOnPurchaseId: number
  options: RecordedOptions
  source: string | null
  startedAt: Instant
  tokenUser: TokenUser | null
}

interface FinishedRun extends SeatTotals {
  addOnPurchaseId: number
  finishedAt: Instant
  sourceSha256: string | null
  refusal: RunRefusal | null
}

interface PushConclusion extends SeatTotals {
  finishedAt: Instant
}

interface UnfinishedRow {
  id: number
  command: RunCommand
  source: string | null
  started_at: string
  host: string
  pid: number
}

type RecordedRow = Omit<RecordedRun, 'options'> & { options: string }

export interface RunFilter {
  /** Runs that started at this instant or later. */
  since: Instant | null
  /** Runs that started before this instant. */
  until: Instant | null
  actor: string | null
  /** Runs with smaller numbers. */
  before: number | null
}

export const everyRun: RunFilter = { since: null, until: null, actor: null, before: null }

interface ListBounds {
  since: Instant
  until: Instant
  actor: string | null
  before: number
}

const currentAddOn = '(SELECT add_on FROM add_on_purchases WHERE id = :addOnPurchaseId)'

export class Runs {
  readonly #open: Statement
  readonly #finish: Statement
  readonly #finishPush: Statement<[PushConclusion & { id: number }]>
  readonly #discardUnfinished: Statement<[number]>
  readonly #listUnfinished: Statement<[Instant], UnfinishedRow>
  readonly #find: Statement<[number], RecordedRow>
  readonly #list: Statement<[ListBounds], RecordedRow>
  readonly #listUpTo: Statement<[{ since: Instant; until: Instant; last: number }], RecordedRow>
  readonly #listUnfinishedIds: Statement<[number], number>
  readonly #findLast: Statement<[], number>

  constructor(statements: Statements) {
    this.#open = statements.prepare(`
      INSERT INTO runs (command, add_on_purchase_id, add_on, options, source, actor, host, pid, ci_job_url, ci_user,
        gitlab_user_id, gitlab_username, started_at)
      VALUES (:command, :addOnPurchaseId, ${currentAddOn}, :options, :source, :actor, :host, :pid, :ciJobUrl, :ciUser,
        :gitlabUserId, :gitlabUsername, :startedAt)
    `)
    this.#finish = statements.prepare(`
      UPDATE runs
      SET add_on_purchase_id = :addOnPurchaseId, add_on = ${currentAddOn}, source_sha256 = :sourceSha256, finished_at = :finishedAt,
          refusal = :refusal, needed = :needed, removals = :removals, free_before = :freeBefore, free_after = :freeAfter
      WHERE id = :id
    `)
    this.#finishPush = statements.prepare(`
      UPDATE runs
      SET finished_at = :finishedAt, needed = :needed, removals = :removals,
          free_before = :freeBefore, free_after = :freeAfter
      WHERE id = :id
    `)
    this.#discardUnfinished = statements.prepare('DELETE FROM runs WHERE id = ? AND finished_at IS NULL')
    this.#listUnfinished = statements.prepare(`
      SELECT id, command, source, started_at, host, pid
      FROM runs AS cut_off
      WHERE finished_at IS NULL AND started_at > ? AND NOT EXISTS (
        SELECT 1 FROM runs AS again
        WHERE again.id > cut_off.id AND again.finished_at IS NOT NULL
          AND (again.command, again.source) IS (cut_off.command, cut_off.source)
      )
      ORDER BY id
    `)
    const select = `
      SELECT
        runs.id, command, coalesce(runs.add_on, purchase.add_on) AS addOn, purchase.add_on AS purchaseAddOn, add_on_purchase_id AS addOnPurchaseId, options, source, source_sha256 AS sourceSha256, actor, host, pid,
        ci_job_url AS ciJobUrl, ci_user AS ciUser, gitlab_user_id AS gitlabUserId, gitlab_username AS gitlabUsername,
        started_at AS startedAt, finished_at AS finishedAt, refusal, needed, removals,
        free_before AS freeBefore, free_after AS freeAfter
      FROM runs JOIN add_on_purchases AS purchase ON purchase.id = add_on_purchase_id
    `
    this.#find = statements.prepare(`${select} WHERE runs.id = ?`)
    this.#list = statements.prepare(`
      ${select} WHERE started_at >= :since AND started_at < :until AND (:actor IS NULL OR actor = :actor)
        AND runs.id < :before
      ORDER BY runs.id DESC
    `)
    this.#listUpTo = statements.prepare(`
      ${select} WHERE started_at >= :since AND started_at < :until AND runs.id <= :last AND finished_at IS NOT NULL
      ORDER BY runs.id
    `)
    this.#listUnfinishedIds = statements
      .prepare<[number], number>('SELECT id FROM runs WHERE id < ? AND finished_at IS NULL ORDER BY id')
      .pluck()
    this.#findLast = statements
      .prepare<[], number>('SELECT coalesce(max(id), 0) FROM runs WHERE finished_at IS NOT NULL')
      .pluck()
  }

  /** @returns the number of the run */
  open({ tokenUser, options, ...run }: NewRun): number {
    const user = { gitlabUserId: tokenUser?.userId ?? null, gitlabUsername: tokenUser?.username ?? null }
    return Number(this.#open.run({ ...run, ...user, options: JSON.stringify(options) }).lastInsertRowid)
  }

  finish(id: number, run: FinishedRun): void {
    this.#finish.run({ id, ...run })
  }

  finishPush(id: number, run: PushConclusion): void {
    this.#finishPush.run({ id, ...run })
  }

  find(id: number): RecordedRun | null {
    const row = this.#find.get(id)
    return row === undefined ? null : toRecordedRun(row)
  }

  /** Newest first. */
  *list({ since, until, actor, before }: RunFilter = everyRun): Iterable<RecordedRun> {
    const bounds = {
      since: since ?? '',
      until: until ?? '9999',
      actor,
      before: before ?? Number.MAX_SAFE_INTEGER,
    }
    for (const row of this.#list.iterate(bounds)) yield toRecordedRun(row)
  }

  /** By id. */
  *listUpTo(last: number, { since, until }: Pick<RunFilter, 'since' | 'until'>): Iterable<RecordedRun> {
    const bounds = { since: since ?? '', until: until ?? '9999', last }
    for (const row of this.#listUpTo.iterate(bounds)) yield toRecordedRun(row)
  }

  /** @param before a run */
  listUnfinishedIds(before: number): number[] {
    return this.#listUnfinishedIds.all(before)
  }

  /** @returns 0 without a run */
  findLast(): number {
    return this.#findLast.getOne()
  }

  /** For a run with broken input, or an interrupted one. */
  discardUnfinished(id: number): void {
    this.#discardUnfinished.run(id)
  }

  /** Runs of dead processes, unless a later run of the same command and source has finished. */
  listCutOff(since: Instant, isAtWork: IsAtWork): CutOffRun[] {
    return this.#listUnfinished
      .all(since)
      .filter((run) => !isAtWork(run))
      .map(({ id, command, source, started_at, host }) => ({
        id,
        command,
        source,
        startedAt: started_at,
        host,
      }))
  }
}

function toRecordedRun(row: RecordedRow): RecordedRun {
  return { ...row, options: JSON.parse(row.options) as RecordedRun['options'] }
}
