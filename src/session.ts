import { existsSync, realpathSync } from 'node:fs'
import { hostname } from 'node:os'
import { describeActor, type Environment } from './config.ts'
import { addDays, dayOf, type Instant } from './domain/day.ts'
import type { RunActor } from './domain/run.ts'
import type { WorkEvent } from './domain/work-event.ts'
import type { GitLab, GitLabTarget } from './gitlab/gitlab.ts'
import type { OpenStoreOptions } from './store/open-store.ts'
import type { Store } from './store/store.ts'
import type { LockWait } from './store/take-lock.ts'

/** What every step of the work needs from outside. */
export interface WorkContext {
  readonly readClock: () => Instant
  /** Aborted when the user interrupts the work. */
  readonly signal: AbortSignal
  readonly tell: (event: WorkEvent) => void
}

/** How to connect to a GitLab. */
export interface ConnectOptions {
  /** The file that holds the token; undefined: the environment does. */
  tokenFile?: string | undefined
  /** The longest time that the command may talk to GitLab. */
  timeoutMs: number
  /** The purchases are read next, so they are requested together with the first query. */
  readsPurchases?: boolean
}

export interface SessionOptions {
  env: Environment
  storePath: string
  signal: AbortSignal
  tell: (event: WorkEvent) => void
}

/** The outside world of a front end: store, clock, actor, GitLab and signal, without a terminal. */
export class Session implements WorkContext {
  readonly env: Environment
  readonly actor: RunActor
  readonly storePath: string
  readonly signal: AbortSignal
  readonly tell: (event: WorkEvent) => void

  constructor({ env, storePath, signal, tell }: SessionOptions) {
    this.env = env
    this.actor = describeActor(env, process.pid)
    this.storePath = storePath
    this.signal = signal
    this.tell = tell
  }

  readonly readClock = (): Instant => new Date().toISOString()

  /** Whether the process that opened a run is alive. A process on another host counts as dead. */
  readonly isAtWork = ({ host, pid }: RunActor): boolean => host === this.actor.host && isAlive(pid)

  /** Whether a path leads to the store, or to a file that SQLite keeps beside it. */
  isStoreFile(path: string): boolean {
    if (!existsSync(path) || !existsSync(this.storePath)) return false
    const store = realpathSync(this.storePath)
    const files = ['', '-wal', '-shm', '-push'].map((suffix) => `${store}${suffix}`)
    return files.includes(realpathSync(path))
  }

  /**
   * Connects to a GitLab with the user's token, which is not stored anywhere.
   *
   * @throws UserError when there is no token, or when GitLab refuses it or cannot be reached
   */
  async connect(target: GitLabTarget, options: ConnectOptions): Promise<GitLab> {
    const { tokenFile, timeoutMs, readsPurchases } = options
    const { readToken } = await import('./input/files/read-token.ts')
    const { GitLab } = await import('./gitlab/gitlab.ts')
    const { env, signal, tell } = this
    const token = await readToken(tokenFile ?? null, env, signal)
    return GitLab.connect({
      url: target.url,
      group: target.group,
      token,
      signal,
      deadlineAt: Date.now() + timeoutMs,
      env,
      readsPurchases,
      onDebug: (text) => tell({ kind: 'debug', text }),
      onRetry: (text) => tell({ kind: 'retry', text }),
    })
  }

  /**
   * Opens the store for the time of `work`, and reports runs that were cut off and not run again.
   *
   * @throws UserError for a store that cannot be opened, read or written
   */
  async useStore<T>(options: OpenStoreOptions, work: (store: Store) => Promise<T>): Promise<T> {
    const { openStore } = await import('./store/open-store.ts')
    const { explainStoreError } = await import('./store/store-error.ts')
    const store = await openStore(this.storePath, { wait: lockWait(this), ...options })
    try {
      this.#reportCutOffRuns(store)
      return await work(store)
    } catch (error) {
      throw explainStoreError(error, this.storePath) ?? error
    } finally {
      store.close()
    }
  }

  #reportCutOffRuns(store: Store): void {
    const since = addDays(dayOf(this.readClock()), -daysOfWarning)
    const host = hostname()
    for (const run of store.runs.listCutOff(since, host, isAlive))
      this.tell({ kind: 'cut_off_run', run, isOnThisHost: run.host === host })
  }
}

/** A wait for another process's lock that the user can interrupt. */
export function lockWait({ signal, tell }: WorkContext): LockWait {
  return { signal, onWait: () => tell({ kind: 'waiting_for_store' }) }
}

/** Days for which a cut-off run that was not run again is worth a warning. */
const daysOfWarning = 7

/**
 * Signal 0 only asks; EPERM means that the process is alive and of another user. A run with our own pid is from an earlier
 * process: pids are reused.
 */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}
