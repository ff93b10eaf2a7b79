import { type ChildProcess, spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { askGitLab, type GitLabAddress, type GraphqlAnswer, postToGitLab } from './gitlab-address.ts'
import { binary, type Workdir } from './workdir.ts'

interface Output {
  stdout: string
  stderr: string
}

/** The real binary, playing a GitLab in a process of its own. */
export class RunningGitLab implements GitLabAddress {
  readonly url: string
  readonly token: string
  readonly #child: ChildProcess
  readonly #output: Output

  constructor(child: ChildProcess, output: Output) {
    this.#child = child
    this.#output = output
    this.url = /http:\/\/\S+:\d+/.exec(output.stdout)?.[0] ?? ''
    this.token = /GITLAB_TOKEN=(\S+)/.exec(output.stdout)?.[1] ?? ''
  }

  /** So far. */
  get stdout(): string {
    return this.#output.stdout
  }

  /** A line for each request, except with --quiet. */
  get stderr(): string {
    return this.#output.stderr
  }

  post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return postToGitLab(this, body, headers)
  }

  /** Sends a query with a valid token. */
  ask(query: string, variables: object = {}): Promise<GraphqlAnswer> {
    return askGitLab(this, query, variables)
  }

  /** @returns the exit code; null after a signal that ended the process */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    const { exitCode } = this.#child
    if (exitCode !== null || this.#child.signalCode !== null) return exitCode
    const ended = new Promise<number | null>((done) => this.#child.once('close', done))
    this.#child.kill(signal)
    return ended
  }
}

type Directory = Pick<Workdir, 'path' | 'join'>

/** Serves a store until {@link RunningGitLab.stop}, for tests that share one. */
export async function launchGitLab(
  directory: Directory,
  store: string = directory.join('store.db'),
  args: readonly string[] = [],
): Promise<RunningGitLab> {
  return launch(directory, ['--store', store, 'serve', '--port', '0', ...args])
}

async function launch(
  directory: Directory,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<RunningGitLab> {
  const child = spawn(process.execPath, [binary, ...args], {
    cwd: directory.path,
    env: { PATH: process.env['PATH'], HOME: directory.path, TZ: 'Pacific/Kiritimati', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: Output = { stdout: '', stderr: '' }
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text
      if (output.stdout.includes('Ctrl-C')) resolve()
    })
    child.once('close', (code) => reject(new Error(`serve ended with ${code}\n${output.stderr}`)))
  })
  return new RunningGitLab(child, output)
}

/** Serves a store until the test ends. */
export async function startGitLab(
  directory: Directory,
  store?: string,
  args: readonly string[] = [],
): Promise<RunningGitLab> {
  const gitlab = await launchGitLab(directory, store, args)
  onTestFinished(async () => void (await gitlab.stop()))
  return gitlab
}

/** Serves the made-up company until the test ends, with its store below the directory. */
export async function startSample(
  directory: Directory,
  values: readonly string[] = [],
): Promise<RunningGitLab> {
  const args = ['serve', '--port', '0', '--sample', ...values]
  const gitlab = await launch(directory, args, { TMPDIR: directory.path })
  onTestFinished(async () => void (await gitlab.stop()))
  return gitlab
}
