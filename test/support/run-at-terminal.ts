import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { constants, existsSync, openSync, rmSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { ReadStream, WriteStream } from 'node:tty'
import { onTestFinished } from 'vitest'
import { runMain } from './run-main.ts'
import { binary, collect, type Finished, type Workdir } from './workdir.ts'

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

/** As {@link runAtTerminal}, but in this process, which takes a fifth of the time. A signal of the terminal does not reach it. */
export async function askInProcess(
  workdir: Workdir,
  args: readonly string[],
  { answer }: Pick<Talk, 'answer'> = {},
  columns: number | null = null,
): Promise<FinishedAtTerminal> {
  const terminal = await openTerminal(workdir, columns)
  const env = makeEnvironment(workdir)
  const { stdin, stderr } = terminal
  const finished = runMain(args, { cwd: workdir.path, env, terminal: { stdin, stderr } })
  await answerQuestion(terminal, finished, answer)
  const { code, stdout } = await finished
  return { code, screen: readScreen(await terminal.close()), report: stdout }
}

async function answerQuestion(
  { screen, type }: Awaited<ReturnType<typeof openTerminal>>,
  finished: Promise<unknown>,
  answer: string | undefined,
): Promise<void> {
  if (answer === undefined) return
  let hasEnded = false
  finished.finally(() => {
    hasEnded = true
  })
  while (!screen().includes('[y/N]') && !hasEnded) await setTimeout(5)
  if (hasEnded) throw new Error(`no question, the terminal shows: ${JSON.stringify(screen())}`)
  type(answer)
}

/** Runs a command in this process with all its streams at a terminal of 40 lines. @returns the exit code and the text on it */
export async function showInProcess(
  workdir: Workdir,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  columns = 80,
  answer?: string,
): Promise<Pick<Finished, 'code' | 'stdout'>> {
  const terminal = await openTerminal(workdir, columns)
  const { stdin, stderr, close } = terminal
  const finished = runMain(args, {
    cwd: workdir.path,
    env: { ...makeEnvironment(workdir), ...env },
    terminal: { stdin, stdout: stderr, stderr },
  })
  await answerQuestion(terminal, finished, answer)
  const { code } = await finished
  return { code, stdout: await close() }
}

/** A terminal whose program sleeps, and streams of this process at it. Without a width, no spinner is drawn. */
async function openTerminal(workdir: Workdir, columns: number | null = null) {
  const size = columns === null ? '' : `stty cols ${columns} rows 40; `
  const child = startScript(workdir, `${size}tty > tty.out.part; mv tty.out.part tty.out; exec sleep 100000`)
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text))
  while (!existsSync(workdir.join('tty.out'))) await setTimeout(5)
  const open = () => openSync(workdir.read('tty.out').trim(), constants.O_RDWR | constants.O_NOCTTY)
  const [stdin, stderr] = [new ReadStream(open()), new WriteStream(open())]
  rmSync(workdir.join('tty.out'))
  const close = async () => {
    stderr.write(endOfScreen)
    while (!screen.includes(endOfScreen)) await setTimeout(5)
    for (const stream of [stdin, stderr]) stream.destroy()
    return screen.slice(0, screen.indexOf(endOfScreen))
  }
  return { stdin, stderr, close, type: (keys: string) => child.stdin.write(keys), screen: () => screen }
}

/** Shows that all that was printed before has arrived. */
const endOfScreen = '\u0007'

/** Starts the binary with all its streams at a terminal of its own. No argument may contain a space. */
export function startAtTerminal(
  workdir: Workdir,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  columns = 80,
): ChildProcessWithoutNullStreams {
  // Without a width, no spinner is drawn.
  return startScript(workdir, `stty cols ${columns} rows 40; exec "$NODE" "$BINARY" ${args.join(' ')}`, env)
}

function startScript(
  workdir: Workdir,
  command: string,
  env: NodeJS.ProcessEnv = {},
): ChildProcessWithoutNullStreams {
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', command, '/dev/null'], {
    cwd: workdir.path,
    env: { ...makeEnvironment(workdir), ...env },
  })
  onTestFinished(() => void child.kill())
  return child
}

function makeEnvironment(workdir: Workdir): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: workdir.path,
    TERM: 'xterm',
    NO_COLOR: '1',
    PAGER: 'cat',
    SHELL: '/bin/sh',
    DUO_SEATS_STORE: workdir.join('store.db'),
    NODE: process.execPath,
    BINARY: binary,
  }
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
