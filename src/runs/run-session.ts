import type { Link } from '../domain/link.ts'
import type { RunActor, RunReport } from '../domain/run.ts'
import { createInterruption, explainAbort, UserError } from '../errors.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { Order } from '../orders/order.ts'
import { lockWait, type StoreContext, type WorkContext } from '../session.ts'
import { PreviewResults } from '../store/preview-results.ts'
import type { Store } from '../store/store.ts'
import { concludePush } from './conclude-push.ts'
import { type DecidedRun, decideRun, type OpenRun, openRun } from './decide-run.ts'
import type { GitLabState } from './refresh-from-gitlab.ts'
import { requireSourceGitLab } from './require-source-gitlab.ts'
import type { PreparedGitLab, RunGitLab } from './run-gitlab.ts'
import { suggestUsers } from './suggest-users.ts'

export interface RunContext extends WorkContext {
  actor: RunActor
  connect: (link: Link) => Promise<GitLab>
}

/** Readable until the session is closed. */
interface Preview {
  report: RunReport
  removals: ReadonlySet<number>
}

interface PushedRun {
  report: RunReport
  /** Reported after the results; null after an answer to every change. */
  failure: UserError | null
}

/** One order. Decisions are one transaction; in a linked store they become pending changes, which are pushed afterwards. */
export class RunSession {
  readonly #store: Store
  readonly #order: Order
  readonly #context: RunContext
  readonly #link: Link | null
  /** Null before the first reading, and without a push. */
  #gitlab: RunGitLab | null = null
  /** Null before the decision, and without a push. */
  #prepared: PreparedGitLab | null = null
  readonly #previews: PreviewResults[] = []

  /** @throws UserError for a source that GitLab must fill, where GitLab is not read */
  constructor(store: Store, order: Order, context: RunContext) {
    this.#store = store
    this.#order = order
    this.#context = context
    this.#link = store.links.find()
    requireSourceGitLab(order, this.#link)
  }

  /** The same decisions as {@link decide}, rolled back. */
  async preview(): Promise<Preview> {
    const gitlab = await this.#openGitLab()
    const state = gitlab && (await gitlab.read())
    const rows = await this.#openRows()
    const report = await this.#store.transact(() => this.#decidePreview(state, rows), {
      ...lockWait(this.#context),
      rollback: true,
    })
    return {
      report: { ...report, ...suggestUsers(rows, this.#store) },
      removals: rows.findRemovals(),
    }
  }

  /** Null without a push. Its many files are loaded for a linked store only. */
  async #openGitLab(): Promise<RunGitLab | null> {
    if (this.#link === null || !this.#order.push) return null
    const { RunGitLab } = await import('./run-gitlab.ts')
    const { connect } = this.#context
    this.#gitlab ??= new RunGitLab(this.#link, this.#order, { ...this.#stepContext, connect })
    return this.#gitlab
  }

  async #openRows(): Promise<PreviewResults> {
    const rows = await PreviewResults.open()
    this.#previews.push(rows)
    return rows
  }

  async #decidePreview(state: GitLabState | null, rows: PreviewResults): Promise<RunReport> {
    const run = await this.#openRun(state)
    const { id, report } = await this.#decide(run, { ...this.#order, dryRun: true }, state, undefined)
    rows.copy(this.#store.results.read(id))
    return report
  }

  /** Throws a UserError before anything is written. `agreedRemovals` is undefined if no confirmation was asked. */
  async decide(agreedRemovals?: ReadonlySet<number>): Promise<DecidedRun> {
    const interruption =
      this.#store.pendingChanges.count() > 0 ? createEarlierInterruption() : createInterruption()
    try {
      const gitlab = await this.#openGitLab()
      this.#prepared = gitlab && (await gitlab.prepare())
      const state = this.#prepared?.state ?? null
      const run = await this.#commitOpening(state)
      return await this.#commit(run, state, agreedRemovals)
    } catch (error) {
      throw explainAbort(error, this.#context.signal, interruption)
    }
  }

  /** A run without a push, or a refused one, is returned as it is. */
  async push(run: DecidedRun): Promise<PushedRun> {
    if (this.#prepared === null || run.report.summary.refusal !== null)
      return { report: run.report, failure: null }
    const { pushFresh } = await import('../push/push-changes.ts')
    const { gitlab, lock } = this.#prepared
    const { failure, free } = await pushFresh(run.purchase, { ...this.#stepContext, gitlab })
    const report = await concludePush(run, free, this.#stepContext)
    lock.release()
    return { report, failure }
  }

  close(): void {
    this.#prepared?.lock.release()
    for (const preview of this.#previews.splice(0)) preview.close()
  }

  get #stepContext(): StoreContext {
    const { readClock, signal, tell } = this.#context
    return { store: this.#store, readClock, signal, tell }
  }

  /** On its own, so a killed run leaves a trace. */
  #commitOpening(state: GitLabState | null): Promise<OpenRun> {
    return this.#store.transact(() => this.#openRun(state), lockWait(this.#context))
  }

  async #openRun(state: GitLabState | null): Promise<OpenRun> {
    if (state !== null) await this.#record(state)
    const caller = { ...this.#context.actor, tokenUser: state?.tokenUser ?? null }
    return openRun(this.#order, caller, this.#stepContext)
  }

  async #record(state: GitLabState): Promise<void> {
    const { recordGitLabState } = await import('./refresh-from-gitlab.ts')
    await recordGitLabState(state, this.#stepContext)
  }

  async #commit(
    run: OpenRun,
    state: GitLabState | null,
    agreedRemovals: ReadonlySet<number> | undefined,
  ): Promise<DecidedRun> {
    try {
      return await this.#store.transact(
        () => this.#decide(run, this.#order, state, agreedRemovals),
        lockWait(this.#context),
      )
    } catch (error) {
      await this.#discard(run)
      throw error
    }
  }

  async #decide(
    run: OpenRun,
    order: Order,
    state: GitLabState | null,
    agreedRemovals: ReadonlySet<number> | undefined,
  ): Promise<DecidedRun> {
    const linked = this.#link !== null
    const decided = await decideRun(run, order, {
      ...this.#stepContext,
      gitlab: state,
      linked,
      agreedRemovals,
    })
    if (decided.discarded !== null) this.#previews.push(decided.discarded)
    return decided
  }

  /** If the store stays busy, the run stays and is listed as cut off. */
  async #discard({ id }: OpenRun): Promise<void> {
    const wait = { signal: AbortSignal.timeout(discardTimeoutMs), onWait: () => {} }
    await this.#store.transact(() => this.#store.runs.discardUnfinished(id), wait).catch(() => {})
  }
}

const discardTimeoutMs = 1_000

function createEarlierInterruption(): UserError {
  return new UserError(
    'interrupted',
    'Interrupted before this run was written. Changes of earlier runs that GitLab had not confirmed are pending.',
    'Run the same command again to continue.',
  )
}
