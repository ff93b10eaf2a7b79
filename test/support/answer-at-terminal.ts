import { spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { binary, type Finished, type Workdir } from './workdir.ts'

/**
 * Runs the binary at a terminal of its own, and types an answer once it asks.
 *
 * @param answer what is typed; null: the end of the input
 * @returns as stderr what the terminal showed, without what steers it, and as stdout what went to a file
 */
export async function answerAtTerminal(
  workdir: Workdir,
  args: readonly string[],
  answer: string | null,
  env: Record<string, string> = {},
): Promise<Finished> {
  const command = `exec "$NODE" "$BINARY" ${args.join(' ')} > stdout.txt`
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', command, '/dev/null'], {
    cwd: workdir.path,
    env: {
      PATH: process.env['PATH'],
      HOME: workdir.path,
      SHELL: '/bin/sh',
      TERM: 'dumb',
      DUO_SEATS_STORE: workdir.join('store.db'),
      NODE: process.execPath,
      BINARY: binary,
      ...env,
    },
  })
  let screen = ''
  let hasAnswered = false
  child.stdin.on('error', () => {})
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
    if (hasAnswered || !screen.includes('[y/N] ')) return
    hasAnswered = true
    child.stdin.write(answer === null ? '\u0004' : `${answer}\r`)
  })
  const code = await new Promise<number | null>((done) => child.on('close', done))
  child.stdin.end()
  const stderr = stripVTControlCharacters(screen).replaceAll('\r', '')
  return { code, stdout: workdir.read('stdout.txt'), stderr }
}
