import { type ChildProcess, spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { binary, type Workdir } from '../../support/workdir.ts'

export interface LaunchedPage {
  /** With the secret. */
  address: string
  /** @returns the exit code; null after a signal that ended the process */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** The real binary, serving a store until the test ends. */
export async function launchPage(
  workdir: Workdir,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<LaunchedPage> {
  return watchPage(workdir.start(['page', '--no-open', ...args], env))
}

/** A command line that was pasted into a shell, in a folder of its own. `exec` leaves no shell around the page. */
export function pastePage(command: string, folder: string): Promise<LaunchedPage> {
  const line = `duo-seats() { exec "$NODE" "$BINARY" "$@"; }\n${command}`
  const env = { PATH: process.env['PATH'], HOME: folder, NODE: process.execPath, BINARY: binary }
  return watchPage(spawn('bash', ['-c', line], { cwd: folder, env }))
}

async function watchPage(child: ChildProcess): Promise<LaunchedPage> {
  const page = { address: await readAddress(child), stop: makeStop(child) }
  onTestFinished(async () => void (await page.stop()))
  return page
}

function readAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const read = (text: string) => {
      printed += text
      if (printed.includes('Ctrl-C')) resolve(/http:\S+/.exec(printed)?.[0] ?? '')
    }
    child.stdout?.setEncoding('utf8').on('data', read)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (printed += text))
    child.once('close', (code) => reject(new Error(`page ended with ${code}\n${printed}`)))
  })
}

function makeStop(child: ChildProcess): LaunchedPage['stop'] {
  return async (signal = 'SIGINT') => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const ended = new Promise<number | null>((done) => child.once('close', done))
    child.kill(signal)
    return ended
  }
}
