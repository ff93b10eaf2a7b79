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

/**
 * Finds the token for one GitLab: by an option, by a variable of its host, by `DUO_SEATS_TOKEN_COMMAND`, else in `GITLAB_TOKEN`, which
 * may belong to another GitLab.
 *
 * @param url address of the GitLab
 * @throws UserError if the token is missing or malformed, or if the command fails; the message never contains it
 */
export async function findToken(
  url: string,
  { tokenFile, tokenCommand, timeoutMs }: TokenOptions,
  context: TokenContext,
): Promise<string> {
  const { env, signal } = context
  const run = async (command: string, where: string) =>
    requireToken(await runTokenCommand(command, { url, env, signal, timeoutMs }), where)
  if (tokenFile === '-') return readTokenFile({ ...context, file: tokenFile })
  if (tokenFile !== undefined) return readInTime(tokenFile, timeoutMs, context)
  if (tokenCommand !== undefined) return run(tokenCommand, 'The output of --token-command')
  const names = listTokenVariables(url)
  const name = names.find((variable) => env[variable])
  if (name !== undefined) return requireToken(env[name] ?? '', name)
  const { DUO_SEATS_TOKEN_COMMAND: command, GITLAB_TOKEN } = env
  if (command) return run(command, 'The output of DUO_SEATS_TOKEN_COMMAND')
  if (GITLAB_TOKEN) return requireToken(GITLAB_TOKEN, 'GITLAB_TOKEN')
  throw new UserError(
    'usage',
    'The GitLab token is missing.',
    `Set the environment variable GITLAB_TOKEN or ${names.at(-1)}, or name a file with --token-file (- is standard input) or a command with --token-command.`,
  )
}

/** The variable for one GitLab alone; null unless its token comes from `GITLAB_TOKEN`, which may belong to another one. */
export function proposeTokenVariable(
  url: string,
  { tokenFile, tokenCommand }: Pick<TokenOptions, 'tokenFile' | 'tokenCommand'>,
  env: TokenEnvironment,
): string | null {
  const names = listTokenVariables(url)
  const isChosen = tokenFile !== undefined || tokenCommand !== undefined || env['DUO_SEATS_TOKEN_COMMAND']
  return isChosen || names.some((name) => env[name]) ? null : (names.at(-1) ?? null)
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
