import { type Environment, findStorePath } from '../config.ts'
import type { ExitName, UserError } from '../errors.ts'
import { TextOutput } from '../report/text-output.ts'
import { Session } from '../session.ts'
import type { OpenStoreOptions } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { EventDisplay } from './terminal/event-display.ts'
import { createTerminal, type Terminal } from './terminal/terminal.ts'

export interface GlobalOptions {
  store?: string
  quiet?: boolean
  wide?: boolean
  pager?: boolean
  color: boolean
  debug?: boolean
}

/** Returns the name of the exit code; undefined: ok. */
type Work<Args extends unknown[]> = (app: App, ...args: Args) => Promise<ExitName | undefined>

/** Opens the app once commander has parsed the options. */
export type Perform = <Args extends unknown[]>(work: Work<Args>) => (...args: Args) => Promise<void>

export class App {
  readonly session: Session
  readonly terminal: Terminal
  readonly stdout: TextOutput
  /** False with `--no-pager`. */
  readonly pager: boolean
  readonly #display: EventDisplay

  private constructor(session: Session, terminal: Terminal, display: EventDisplay, pager: boolean) {
    this.session = session
    this.pager = pager
    this.terminal = terminal
    this.#display = display
    this.stdout = new TextOutput(terminal.stdout.stream)
  }

  static async open(
    { store, quiet = false, wide = false, pager = true, color, debug = false }: GlobalOptions,
    signal: AbortSignal,
  ): Promise<App> {
    const env: Environment = process.env
    const { stdout, stderr } = process
    const terminal = await createTerminal({
      stdout,
      stderr,
      env,
      color,
      quiet,
      wide,
      namedStore: store ?? null,
    })
    const display = new EventDisplay(terminal, debug)
    const { tell } = display
    return new App(
      new Session({
        env,
        storePath: findStorePath(store, env),
        signal,
        tell,
        readTypedToken: process.stdin.isTTY ? () => readTypedToken(signal, tell) : undefined,
      }),
      terminal,
      display,
      pager,
    )
  }

  useStore<T>(options: OpenStoreOptions, work: (store: Store) => Promise<T>): Promise<T> {
    return this.#showOpening(work, (use) => this.session.useStore(options, use))
  }

  /** As {@link Session.readStore}. */
  readStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
    return this.#showOpening(work, (use) => this.session.readStore(use))
  }

  #showOpening<T>(
    work: (store: Store) => Promise<T>,
    open: (use: (store: Store) => Promise<T>) => Promise<T>,
  ): Promise<T> {
    const opened = this.#display.begin('Opening the store')
    const useOpened = (store: Store) => {
      opened.end()
      return work(store)
    }
    return open(useOpened).finally(opened.end)
  }

  showProgress<T>(label: string, work: () => Promise<T>): Promise<T> {
    const { end } = this.#display.begin(label)
    return work().finally(end)
  }

  *readUntilAborted<T>(items: Iterable<T>, interruption: UserError): Iterable<T> {
    for (const item of items) {
      if (this.session.signal.aborted) throw interruption
      yield item
    }
  }
}

async function readTypedToken(signal: AbortSignal, tell: Session['tell']): Promise<string> {
  const { readHiddenText } = await import('./terminal/read-hidden-text.ts')
  return readHiddenText(signal, () =>
    tell({ kind: 'waiting_for_typing', content: 'the token', isHidden: true }),
  )
}
