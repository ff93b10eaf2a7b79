import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { CommandLine, type Finished, type RunSettings, withoutProgress } from './command-line.ts'
import { runMain } from './run-main.ts'

/** The binary under test: that of the checkout, or of an installed package in DUO_SEATS_BINARY. */
export const binary =
  process.env['DUO_SEATS_BINARY'] ?? resolve(import.meta.dirname, '../../bin/duo-seats.js')

export type { Finished } from './command-line.ts'

export const fixtures = resolve(import.meta.dirname, '../../fixtures')

/** An empty directory in which the real binary runs, with a store of its own. Removed at the end of the test. */
export class Workdir {
  readonly path: string
  /** Runs `main` in this process, which takes a tenth of the time: for the cases of a command that the binary runs as well. */
  readonly inProcess: CommandLine
  readonly #binary: CommandLine

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'duo-seats-test-'))
    this.#binary = new CommandLine(this.path, (args, settings) => this.#runBinary(args, settings))
    this.inProcess = new CommandLine(this.path, (args, { stdin, env }) =>
      runMain(args, { cwd: this.path, env: this.#makeEnvironment(env), stdin }),
    )
    onTestFinished(({ task }) => {
      // The directory of a failed test stays for inspection.
      if (task.result?.state === 'fail')
        process.stderr.write(`\n${this.path}\n${this.#binary.log}\n${this.inProcess.log}\n`)
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

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    return spawn(process.execPath, [binary, ...args], { cwd: this.path, env: this.#makeEnvironment(env) })
  }

  run(args: readonly string[], settings: RunSettings = {}): Promise<Finished> {
    return this.#binary.run(args, settings)
  }

  /** Runs the binary, expects an exit code and returns stdout. */
  runExpecting(code: number, args: readonly string[], settings: RunSettings = {}): Promise<string> {
    return this.#binary.runExpecting(code, args, settings)
  }

  /** Runs the binary with `--format json`, and returns the document. */
  runForJson<T>(code: number, args: readonly string[], settings: RunSettings = {}): Promise<T> {
    return this.#binary.runForJson<T>(code, args, settings)
  }

  async #runBinary(args: readonly string[], { stdin = '', env = {} }: RunSettings): Promise<Finished> {
    const child = this.start(args, env)
    child.stdin?.on('error', () => {})
    child.stdin?.end(stdin)
    return collect(child)
  }

  #makeEnvironment(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      HOME: this.path,
      DUO_SEATS_STORE: this.join('store.db'),
      TZ: 'Pacific/Kiritimati',
      DUO_SEATS_RETRY_BASE_MS: '20',
      ...env,
    }
  }
}

/** Waits for the end of a process, without the progress that only a slow machine prints. */
export async function collect(child: ChildProcess): Promise<Finished> {
  return withoutProgress(await collectWithProgress(child))
}

/** Waits until a process reads its standard input: writes more blank lines than a pipe holds. */
export function waitForReading({ stdin }: ChildProcess): Promise<void> {
  return new Promise((done) => stdin?.write('\n'.repeat(2_000_000), () => done()))
}

/** Waits until a process has printed some words on stderr. */
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
