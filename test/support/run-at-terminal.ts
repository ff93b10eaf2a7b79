import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { binary, collect, type Workdir } from './workdir.ts'

export interface FinishedAtTerminal {
  code: number | null
  /** The text on the terminal, without cursor movements. */
  screen: string
  /** Its stdout, which was redirected to a file. */
  report: string
}

export interface Talk {
  /**
   * Typed at the question: `\u0003` is Ctrl-C, `\u0004` Ctrl-D. The text after `\u001a`, Ctrl-Z, is typed at the next
   * question. Without an answer no question is expected.
   */
  answer?: string
  /** Work of other processes during the question. */
  meanwhile?: () => Promise<unknown>
}

/** Runs the binary with stdin and stderr at a terminal of its own. No argument may contain a space. */
export async function runAtTerminal(
  workdir: Workdir,
  args: readonly string[],
  { answer, meanwhile }: Talk = {},
): Promise<FinishedAtTerminal> {
  const command = `bash -mc '"$NODE" "$BINARY" ${args.join(' ')} > report.out; ${resumeStopped}'`
  const child = startScript(workdir, command)
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text))
  let hasEnded = false
  const finished = collect(child).finally(() => {
    hasEnded = true
  })
  for (const [index, keys] of answer?.split(/(?<=\u001a)/).entries() ?? []) {
    while (screen.split('[y/N]').length <= index + 1) {
      if (hasEnded) throw new Error(`no question, the terminal shows: ${JSON.stringify(screen)}`)
      await setTimeout(20)
    }
    await meanwhile?.()
    child.stdin.write(keys)
  }
  const { code } = await finished
  const report = existsSync(workdir.join('report.out')) ? workdir.read('report.out') : ''
  return { code, screen: readScreen(screen), report }
}

/** Starts the binary with all its streams at a terminal of its own. No argument may contain a space. */
export function startAtTerminal(
  workdir: Workdir,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): ChildProcessWithoutNullStreams {
  // Without a width, no spinner is drawn.
  return startScript(workdir, `stty cols 80 rows 40; exec "$NODE" "$BINARY" ${args.join(' ')}`, env)
}

function startScript(
  workdir: Workdir,
  command: string,
  env: NodeJS.ProcessEnv = {},
): ChildProcessWithoutNullStreams {
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', command, '/dev/null'], {
    cwd: workdir.path,
    env: {
      PATH: process.env['PATH'],
      HOME: workdir.path,
      TERM: 'xterm',
      NO_COLOR: '1',
      PAGER: 'cat',
      SHELL: '/bin/sh',
      DUO_SEATS_STORE: workdir.join('store.db'),
      NODE: process.execPath,
      BINARY: binary,
      ...env,
    },
  })
  onTestFinished(() => void child.kill())
  return child
}

/** Resumes the program after Ctrl-Z, as "fg" does. */
const resumeStopped = 'while code=$?; [ $code = 148 ]; do fg > fg.out; done; exit $code'

/** Removes cursor movements, and progress that only a slow machine prints. */
function readScreen(text: string): string {
  return text
    .replaceAll(/\u001b\[[\d;?]*[A-Za-z]/g, '')
    .replaceAll('\r', '')
    .replaceAll(/^(Planning|Pushing).*\n/gm, '')
}
