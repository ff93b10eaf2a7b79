import { expect } from 'vitest'
import type { RunDocument } from './run-document.ts'

/** The end of a command: compare it as a whole. */
export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunSettings {
  stdin?: string | Uint8Array | undefined
  env?: NodeJS.ProcessEnv | undefined
}

/** A directory runs commands with the binary, and its `inProcess` runs them in this process. */
export type Runner = Pick<CommandLine, 'run' | 'runExpecting' | 'runForJson'>

type Run = (args: readonly string[], settings: RunSettings) => Promise<Finished>

/** Runs command lines in a directory, and keeps what they printed. */
export class CommandLine {
  readonly #path: string
  readonly #run: Run
  readonly #printed: string[] = []

  constructor(path: string, run: Run) {
    this.#path = path
    this.#run = run
  }

  /** All commands so far, with their output. */
  get log(): string {
    return this.#printed.join('\n')
  }

  async run(args: readonly string[], settings: RunSettings = {}): Promise<Finished> {
    const finished = withoutProgress(await this.#run(args, settings))
    const { code, stdout, stderr } = finished
    this.#printed.push(`$ duo-seats ${args.join(' ')}`, `exit ${code}`, stdout, stderr)
    return finished
  }

  /** Expects an exit code and returns stdout. */
  async runExpecting(code: number, args: readonly string[], settings: RunSettings = {}): Promise<string> {
    const finished = await this.run(args, settings)
    const told = `duo-seats ${args.join(' ')}\nin ${this.#path}\n${finished.stdout}\n${finished.stderr}`
    expect(finished.code, told).toBe(code)
    return finished.stdout
  }

  /** Adds `--format json`, and returns the document. */
  async runForJson<T = RunDocument>(
    code: number,
    args: readonly string[],
    settings: RunSettings = {},
  ): Promise<T> {
    return JSON.parse(await this.runExpecting(code, [...args, '--format', 'json'], settings)) as T
  }
}

/** Leaves out the progress that only a slow machine prints. */
export function withoutProgress({ stderr, ...finished }: Finished): Finished {
  return {
    ...finished,
    stderr: stderr.replace(/^(Planning|Pushing|Syncing)(?! \(waiting).*\n/gm, ''),
  }
}
