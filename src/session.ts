import { hostname, userInfo } from 'node:os'
import type { Environment } from './config.ts'
import { addDays, dayOf, type Instant } from './domain/day.ts'
import type { IsAtWork } from './domain/recorded-run.ts'
import type { RunActor } from './domain/run.ts'
import type { WorkEvent } from './domain/work-event.ts'
import type { GitLab, GitLabTarget } from './gitlab/gitlab.ts'
import type { TokenContext, TokenOptions } from './input/token/find-token.ts'
import type { ReadTypedToken } from './input/token/read-token-file.ts'
import { isAlive } from './is-alive.ts'
import type { OpenStoreOptions } from './store/open-store.ts'
import type { Store } from './store/store.ts'
import type { LockWait } from './store/take-lock.ts'

export interface WorkContext {
  readonly readClock: () => Instant
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal
  readonly tell: (event: WorkEvent) => void
}

export interface StoreContext extends WorkContext {
  readonly store: Store
}

interface ConnectOptions extends TokenOptions {
  /** For all requests of the command together. */
  timeoutMs: number
  /** Requests the purchases together with the first query. */
  readsPurchases?: boolean
}

interface SessionOptions {
  env: Environment
  storePath: string
  signal: AbortSignal
  tell: (event: WorkEvent) => void
  readTypedToken?: ReadTypedToken | undefined
}

export class Session implements WorkContext {
  readonly env: Environment
  readonly actor: RunActor
  readonly storePath: string
  readonly signal: AbortSignal
  readonly tell: (event: WorkEvent) => void
  readonly readTypedToken: ReadTypedToken | undefined
  readonly #tokens = new Map<string, Promise<string>>()

  constructor({ env, storePath, signal, tell, readTypedToken }: SessionOptions) {
    this.env = env
    this.actor = describeActor(env)
    this.storePath = storePath
    this.signal = signal
    this.tell = tell
    this.readTypedToken = readTypedToken
  }

  readonly readClock = (): Instant => new Date().toISOString()

  /** A process on another host counts as dead. */
  readonly isAtWork: IsAtWork = ({ host, pid }) => host === this.actor.host && isAlive(pid)

  /** @throws UserError if the system does not let this user look */
  async hasStore(): Promise<boolean> {
    const { doesStoreExist } = await import('./store/store-files.ts')
    return doesStoreExist(this.storePath)
  }

  /** Tells of an input that a user must type: its name is `-`. @param content such as `the list` */
  tellReading(name: string | undefined, content: string): void {
    const isTyped = this.readTypedToken !== undefined
    if (name === '-' && isTyped) this.tell({ kind: 'waiting_for_typing', content })
  }

  /** @throws UserError without a token, or when GitLab refuses it or cannot be reached */
  async connect(target: GitLabTarget, options: ConnectOptions): Promise<GitLab> {
    const { timeoutMs, readsPurchases } = options
    const { GitLab } = await import('./gitlab/gitlab.ts')
    const { env, signal, tell } = this
    const token = await this.#findToken(target.url, options)
    return GitLab.connect({
      url: target.url,
      group: target.group,
      token,
      signal,
      deadlineAt: performance.now() + timeoutMs,
      env,
      readsPurchases,
      onDebug: (text) => tell({ kind: 'debug', text }),
      onRetry: (text) => tell({ kind: 'retry', text }),
      onWarning: (text) => tell({ kind: 'gitlab_warning', text }),
    })
  }

  get #tokenContext(): TokenContext {
    const warn = (text: string) => this.tell({ kind: 'warning', text })
    const { env, signal, readTypedToken } = this
    return { env: { ...env }, signal, warn, readTypedToken }
  }

  /** Once for each GitLab: a command may ask for a password, and standard input can be read once. */
  async #findToken(url: string, options: TokenOptions): Promise<string> {
    const { findToken } = await import('./input/token/find-token.ts')
    const known = this.#tokens.get(url)
    if (known !== undefined) return known
    const found = findToken(url, options, this.#tokenContext)
    this.#tokens.set(url, found)
    found.catch(() => this.#tokens.delete(url))
    return found
  }

  /** @throws UserError for a store that cannot be opened, read or written */
  async useStore<T>(options: OpenStoreOptions, work: (store: Store) => Promise<T>): Promise<T> {
    const { openStore } = await import('./store/open-store.ts')
    const { explainStoreError } = await import('./store/store-error.ts')
    const store = await openStore(this.storePath, { wait: lockWait(this), ...options })
    try {
      this.#reportCutOffRuns(store)
      this.#reportClock(store)
      return await work(store)
    } catch (error) {
      throw (await explainStoreError(error, this.storePath)) ?? error
    } finally {
      store.close()
    }
  }

  /** For a report: `work` reads only, and sees the same state of the store throughout. */
  readStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
    return this.useStore({ create: false, readsOnly: true }, (store) => {
      store.holdState()
      return work(store)
    })
  }

  #reportClock({ events }: Store): void {
    const [now, lastAt] = [this.readClock(), events.findLastAt()]
    if (lastAt === null || Date.parse(lastAt) - Date.parse(now) < toleratedMs) return
    this.tell({ kind: 'clock_behind', now, lastAt })
  }

  #reportCutOffRuns(store: Store): void {
    const since = addDays(dayOf(this.readClock()), -daysOfWarning)
    for (const run of store.runs.listCutOff(since, this.isAtWork))
      this.tell({ kind: 'cut_off_run', run, isOnThisHost: run.host === this.actor.host })
  }
}

export function lockWait({ signal, tell }: Pick<WorkContext, 'signal' | 'tell'>): LockWait {
  return { signal, onWait: () => tell({ kind: 'waiting_for_store' }) }
}

/** For an answer of GitLab, which must not get lost: an interruption does not end the wait. */
export function patientLockWait({ tell }: Pick<WorkContext, 'tell'>): LockWait {
  return lockWait({ signal: new AbortController().signal, tell })
}

/** Clocks of hosts that share a store differ a little. */
const toleratedMs = 10_000

/** For a warning about a cut-off run that was not run again. */
const daysOfWarning = 7

function describeActor({ CI_JOB_URL: ciJobUrl, GITLAB_USER_LOGIN: ciUser }: Environment): RunActor {
  const { pid } = process
  return { actor: findUserName(), host: hostname(), pid, ciJobUrl: ciJobUrl || null, ciUser: ciUser || null }
}

/** In a container the user id may have no name. */
function findUserName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
