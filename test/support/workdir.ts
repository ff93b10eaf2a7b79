import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { expect, onTestFinished } from 'vitest'

/** The binary under test: the checkout's, or another one named by DUO_SEATS_BINARY (an installed package). */
export const binary =
  process.env['DUO_SEATS_BINARY'] ?? resolve(import.meta.dirname, '../../bin/duo-seats.js')

export const fixtures = resolve(import.meta.dirname, '../../fixtures')

/** What one run of the binary left: compare it as a whole. */
export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunSettings {
  stdin?: string | Uint8Array
  env?: Record<string, string>
}

/** An empty directory in which the real binary runs, with a store of its own. Removed when the test is over. */
export class Workdir {
  readonly path: string
  readonly #commands: string[] = []

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'duo-seats-test-'))
    onTestFinished(({ task }) => {
      // The directory of a failure stays, so that somebody can look at it.
      if (task.result?.state === 'fail')
        process.stderr.write(`\n${this.path}\n${this.#commands.join('\n')}\n`)
      else rmSync(this.path, { recursive: true, force: true })
    })
  }

  join(name: string): string {
    return join(this.path, name)
  }

  write(name: string, content: string | Uint8Array | object): string {
    const path = this.join(name)
    mkdirSync(dirname(path), { recursive: true })
    const isText = typeof content === 'string' || content instanceof Uint8Array
    writeFileSync(path, isText ? content : JSON.stringify(content))
    return path
  }

  read(name: string): string {
    return readFileSync(this.join(name), 'utf8')
  }

  /** Starts the binary and returns at once. */
  start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
    return spawn(process.execPath, [binary, ...args], {
      cwd: this.path,
      env: {
        PATH: process.env['PATH'],
        HOME: this.path,
        DUO_SEATS_STORE: this.join('store.db'),
        TZ: 'Pacific/Kiritimati',
        DUO_SEATS_RETRY_BASE_MS: '20',
        ...env,
      },
    })
  }

  /** Runs the binary to its end. */
  async run(args: readonly string[], { stdin = '', env = {} }: RunSettings = {}): Promise<Finished> {
    const child = this.start(args, env)
    child.stdin?.on('error', () => {})
    child.stdin?.end(stdin)
    const finished = await collect(child)
    this.#commands.push(
      `$ duo-seats ${args.join(' ')}`,
      `exit ${finished.code}`,
      finished.stdout,
      finished.stderr,
    )
    return finished
  }

  /** Runs the binary, which must answer with `code`, and returns its stdout. */
  async runExpecting(code: number, args: readonly string[], settings: RunSettings = {}): Promise<string> {
    const finished = await this.run(args, settings)
    const told = `duo-seats ${args.join(' ')}\nin ${this.path}\n${finished.stdout}\n${finished.stderr}`
    expect(finished.code, told).toBe(code)
    return finished.stdout
  }

  /** The document that a command prints with `--format json`. */
  async runForJson<T>(code: number, args: readonly string[], settings: RunSettings = {}): Promise<T> {
    return JSON.parse(await this.runExpecting(code, [...args, '--format', 'json'], settings)) as T
  }
}

/** Waits for the end of a process. How far the work was is told on a slow machine only, so that it is left out. */
export async function collect(child: ChildProcess): Promise<Finished> {
  const { stderr, ...finished } = await collectWithProgress(child)
  return { ...finished, stderr: stderr.replace(/^(Changing seats|Synchronising)(?! \(waiting).*\n/gm, '') }
}

/** Writes blank lines, more than a pipe holds, and so waits until a process reads its standard input. */
export function waitForReading({ stdin }: ChildProcess): Promise<void> {
  return new Promise((done) => stdin?.write('\n'.repeat(2_000_000), () => done()))
}

/** Waits until a process has said something on stderr: only then is it known how far it has come. */
export function waitForWords(child: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes(words)) resolve()
    })
    child.once('close', () => reject(new Error(`"${words}" was never said, but ${JSON.stringify(said)}`)))
  })
}

export async function collectWithProgress(child: ChildProcess): Promise<Finished> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise<number | null>((done) => child.on('close', done))
  return { code, stdout, stderr }
}
