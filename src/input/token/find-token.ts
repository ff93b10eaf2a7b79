import { UserError } from '../../errors.ts'
import { type ReadTypedToken, readTokenFile } from './read-token-file.ts'
import { requireToken } from './require-token.ts'
import { runTokenCommand, type TokenEnvironment } from './run-token-command.ts'

export interface TokenOptions {
  /** A path, or `-` for standard input. */
  tokenFile?: string | undefined
  /** A command line of the shell, which prints the token. */
  tokenCommand?: string | undefined
  /** For the command, and for a pipe. */
  timeoutMs: number
}

export interface TokenContext {
  env: TokenEnvironment
  signal: AbortSignal
  warn: (text: string) => void
  readTypedToken?: ReadTypedToken | undefined
}

type TokenSource =
  | { kind: 'file'; file: string }
  | { kind: 'command'; command: string; where: string }
  | { kind: 'variable'; name: string }

/** The token itself is not read. Null: there is none. */
function chooseSource(
  url: string,
  { tokenFile, tokenCommand }: Pick<TokenOptions, 'tokenFile' | 'tokenCommand'>,
  env: TokenEnvironment,
): TokenSource | null {
  const run = (command: string, origin: string): TokenSource => ({
    kind: 'command',
    command,
    where: `The output of ${origin}`,
  })
  if (tokenFile !== undefined) return { kind: 'file', file: tokenFile }
  if (tokenCommand !== undefined) return run(tokenCommand, '--token-command')
  const name = listTokenVariables(url).find((variable) => env[variable])
  if (name !== undefined) return { kind: 'variable', name }
  const { DUO_SEATS_TOKEN_COMMAND: command, GITLAB_TOKEN: shared } = env
  if (command) return run(command, 'DUO_SEATS_TOKEN_COMMAND')
  return shared ? { kind: 'variable', name: 'GITLAB_TOKEN' } : null
}

/**
 * Finds the token for one GitLab: by an option, by a variable of its host, by `DUO_SEATS_TOKEN_COMMAND`, else in `GITLAB_TOKEN`, which
 * may belong to another GitLab.
 *
 * @param url address of the GitLab
 * @throws UserError if the token is missing or malformed, or if the command fails; the message never contains it
 */
export async function findToken(url: string, options: TokenOptions, context: TokenContext): Promise<string> {
  const { env, signal } = context
  const { timeoutMs } = options
  const source = chooseSource(url, options, env)
  switch (source?.kind) {
    case 'file':
      return source.file === '-'
        ? readTokenFile({ ...context, file: source.file })
        : readInTime(source.file, timeoutMs, context)
    case 'command':
      return requireToken(
        await runTokenCommand(source.command, { url, env, signal, timeoutMs }),
        source.where,
      )
    case 'variable':
      return requireToken(env[source.name] ?? '', source.name)
    default:
      throw createMissingError(url)
  }
}

function createMissingError(url: string): UserError {
  return new UserError(
    'usage',
    'The GitLab token is missing.',
    `Set the environment variable GITLAB_TOKEN or ${listTokenVariables(url).at(-1)}, or name a file with --token-file (- is standard input) or a command with --token-command.`,
  )
}

/** The variable for one GitLab alone; null unless its token comes from `GITLAB_TOKEN`, which may belong to another one. */
export function proposeTokenVariable(
  url: string,
  options: Pick<TokenOptions, 'tokenFile' | 'tokenCommand'>,
  env: TokenEnvironment,
): string | null {
  const source = chooseSource(url, options, env)
  const isShared = source?.kind === 'variable' && source.name === 'GITLAB_TOKEN'
  return isShared ? (listTokenVariables(url).at(-1) ?? null) : null
}

/** A pipe may never have a writer. A user who types the token has time. */
async function readInTime(file: string, timeoutMs: number, context: TokenContext): Promise<string> {
  const limit = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([context.signal, limit])
  return readTokenFile({ ...context, signal, file }).catch((error: unknown) => {
    if (error !== limit.reason) throw error
    throw new UserError(
      'usage',
      `${file} did not end within ${timeoutMs / 1000} s, the --timeout.`,
      'It is a pipe: check the command that writes the token to it.',
    )
  })
}

/** The variables of a host, the most exact one first: `GITLAB_TOKEN_GITLAB_EXAMPLE_COM_8443`, `GITLAB_TOKEN_GITLAB_EXAMPLE_COM`. */
export function listTokenVariables(url: string): string[] {
  const { hostname, port } = new URL(url)
  const name = `GITLAB_TOKEN_${hostname.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
  return port === '' ? [name] : [`${name}_${port}`, name]
}
