import { existsSync, realpathSync } from 'node:fs'
import { hostname } from 'node:os'
import { describeActor, type Environment, findStorePath } from '../config.ts'
import { addDays, dayOf, type Instant } from '../domain/day.ts'
import type { CutOffRun, RunActor } from '../domain/run.ts'
import { type ExitName, UserError } from '../errors.ts'
import type { GitLab, GitLabTarget } from '../gitlab/gitlab.ts'
import { TextOutput } from '../report/text-output.ts'
import type { OpenStoreOptions } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { createTerminal, type Terminal } from './terminal/terminal.ts'

/** The options that every command takes. */
export interface GlobalOptions {
  store?: string
  quiet?: boolean
  color: boolean
  debug?: boolean
}

/** How a command reaches GitLab. */
export interface ConnectOptions {
  /** Where the token stands; undefined: in the environment. */
  tokenFile?: string | undefined
  /** How long the command may talk to GitLab, in milliseconds. */
  timeoutMs: number
  /** Whether the purchases are read next: then they cost no time of their own. */
  readsPurchases?: boolean
  /** Ends connecting, and nothing that comes after it. */
  signal?: AbortSignal
}

/** Opens the app once the options are parsed: help and the version need none. */
export type OpenApp = () => Promise<App>

/** What a command works with: the outside world, opened when it is needed. */
export class App {
  readonly env: Environment
  readonly actor: RunActor
  readonly terminal: Terminal
  readonly storePath: string
  /** Aborted by Ctrl-C and by a termination signal. */
  readonly signal: AbortSignal
  readonly stdout: TextOutput
  readonly isDebug: boolean
  /** How the process ends when nothing fails. */
  exit: ExitName = 'ok'
  /** What an interruption means now; a command changes it once something is written. */
  interruption = new UserError(
    'interrupted',
    'Interrupted: nothing was written.',
    'Run the same command again to go on.',
  )

  private constructor(
    terminal: Terminal,
    storePath: string,
    signal: AbortSignal,
    env: Environment,
    isDebug: boolean,
  ) {
    this.env = env
    this.isDebug = isDebug
    this.actor = describeActor(env, process.pid)
    this.terminal = terminal
    this.storePath = storePath
    this.signal = signal
    this.stdout = new TextOutput(terminal.stdout.stream)
  }

  static async open(
    { store, quiet = false, color, debug = false }: GlobalOptions,
    signal: AbortSignal,
  ): Promise<App> {
    const env: Environment = process.env
    const { stdout, stderr } = process
    const terminal = await createTerminal({ stdout, stderr, env, color, quiet })
    return new App(terminal, findStorePath(store, env), signal, env, debug)
  }

  readonly readClock = (): Instant => new Date().toISOString()

  /** Whether the process of a run that was opened is still there; of other hosts nobody knows, so that theirs are not. */
  isAtWork({ host, pid }: RunActor): boolean {
    return host === this.actor.host && isAlive(pid)
  }

  /** Whether a path leads to the store, or to what SQLite keeps beside it. */
  isStoreFile(path: string): boolean {
    if (!existsSync(path) || !existsSync(this.storePath)) return false
    const store = realpathSync(this.storePath)
    const files = ['', '-wal', '-shm', '-push'].map((suffix) => `${store}${suffix}`)
    return files.includes(realpathSync(path))
  }

  /**
   * The items as long as nobody interrupts: printing them may take long.
   *
   * @throws UserError once the signal is aborted
   */
  *readUntilAborted<T>(items: Iterable<T>): Iterable<T> {
    for (const item of items) {
      if (this.signal.aborted) throw this.interruption
      yield item
    }
  }

  /**
   * Connects to a GitLab with the user's token, which is kept nowhere else.
   *
   * @throws UserError when there is no token, or when GitLab refuses it or cannot be reached
   */
  async connect({ url, group }: GitLabTarget, options: ConnectOptions): Promise<GitLab> {
    const { tokenFile, timeoutMs, readsPurchases, signal = this.signal } = options
    const { readToken } = await import('../input/files/read-token.ts')
    const { GitLab } = await import('../gitlab/gitlab.ts')
    const { env, terminal } = this
    const token = await readToken(tokenFile ?? null, env, signal)
    return GitLab.connect(
      {
        url,
        group,
        token,
        signal: this.signal,
        deadlineAt: Date.now() + timeoutMs,
        env,
        readsPurchases,
        onDebug: (line) => this.isDebug && terminal.note(line),
        onRetry: (text) => terminal.note(text),
      },
      signal,
    )
  }

  /** Opens the store for the time of `work`, and says which runs were cut off and not run again. */
  async useStore<T>(options: OpenStoreOptions, work: (store: Store) => Promise<T>): Promise<T> {
    const { openStore } = await import('../store/open-store.ts')
    const { explainStoreError } = await import('../store/store-error.ts')
    const store = await openStore(this.storePath, options)
    try {
      const since = addDays(dayOf(this.readClock()), -daysOfWarning)
      for (const run of store.runs.listCutOff(since, hostname(), isAlive))
        this.terminal.warn(describeCutOff(run))
      return await work(store)
    } catch (error) {
      throw explainStoreError(error, this.storePath) ?? error
    } finally {
      store.close()
    }
  }
}

/** How long a run that was cut off and not run again is worth a warning. */
const daysOfWarning = 7

/**
 * Signal 0 only asks; EPERM says that the process is there and somebody else's. Our own number is that of an earlier process:
 * this one has opened no run yet.
 */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}

function describeCutOff({ id, command, source, startedAt, host }: CutOffRun): string {
  const what = [command, source].filter((part) => part !== null).join(' ')
  const run = `Run ${id} (${what}, started ${startedAt})`
  return host === hostname()
    ? `${run} was cut off and changed nothing. Run it again.`
    : `${run} has not finished. Unless it is still at work on ${host}, it was cut off and changed nothing: run it again.`
}
