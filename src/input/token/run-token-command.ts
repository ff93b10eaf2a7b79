import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { UserError } from '../../errors.ts'

export type TokenEnvironment = Record<string, string | undefined>

interface CommandContext {
  /** The address of the GitLab. */
  url: string
  env: TokenEnvironment
  signal: AbortSignal
  timeoutMs: number
}

/** A token has some dozen characters; more output is something else. */
const mostCharacters = 16_384

/**
 * Runs a command line in the shell. It gets the host in `DUO_SEATS_HOST` and, as `git credential fill` reads it, on standard input. It
 * may ask at the terminal.
 *
 * @returns what it printed, or the value of a line `password=`
 * @throws UserError if it fails, prints more than a token, or does not end in time; the signal's reason
 */
export async function runTokenCommand(command: string, context: CommandContext): Promise<string> {
  const { url, env, signal, timeoutMs } = context
  const { host, protocol } = new URL(url)
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), timeoutMs)
  const child = spawn(command, {
    shell: true,
    env: { ...env, DUO_SEATS_HOST: host },
    stdio: ['pipe', 'pipe', 'inherit'],
    signal: AbortSignal.any([signal, limit.signal]),
  })
  // A command that does not read its input may end first.
  child.stdin.on('error', () => {}).end(`protocol=${protocol.slice(0, -1)}\nhost=${host}\n\n`)
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
    if (printed.length > mostCharacters) limit.abort()
  })
  const end = await once(child, 'close').catch((error: unknown) => [error])
  clearTimeout(timer)
  // A process that the shell started may go on and keep the pipe open.
  child.stdout.destroy()
  signal.throwIfAborted()
  if (printed.length > mostCharacters)
    throw createOutputError(`The token command printed more than a token for ${host}.`, host)
  if (limit.signal.aborted)
    throw createOutputError(
      `The token command did not end within ${timeoutMs / 1000} s, the --timeout.`,
      host,
    )
  if (end[0] !== 0) throw createCommandError(end, host)
  return /^password=(.*)$/m.exec(printed)?.[1] ?? printed
}

/** The command itself may contain a secret. @param end exit code and signal, or an error */
function createCommandError([code, killedBy]: unknown[], host: string): UserError {
  const how = typeof code === 'number' ? `with exit code ${code}` : `by ${killedBy ?? code}`
  return createOutputError(`The token command ended ${how}, without a token for ${host}.`, host)
}

function createOutputError(sentence: string, host: string): UserError {
  return new UserError(
    'usage',
    sentence,
    `Run it yourself with DUO_SEATS_HOST=${host}: it must print the token.`,
  )
}
