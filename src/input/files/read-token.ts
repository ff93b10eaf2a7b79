import { isCiJob } from '../../domain/is-ci-job.ts'
import { quoteForShell } from '../../domain/quote-for-shell.ts'
import { UserError } from '../../errors.ts'
import { UnreadableInputError } from './read-error.ts'
import { readStart } from './read-start.ts'
import { detectEncoding } from './text-encoding.ts'

/** A token has some dozen characters; a longer file contains something else. */
const mostBytes = 4_096

/** Bits of a mode: the group, or all users, may read. */
const readableByOthers = 0o044

interface TokenSource {
  /** A path, or `-` for standard input; null without `--token-file`. */
  file: string | null
  env: { GITLAB_TOKEN?: string | undefined; CI?: string | undefined }
  signal: AbortSignal
  warn: (text: string) => void
}

/**
 * Reads the GitLab token from a file, else from the environment. No option takes the token itself, because every user of the
 * machine can read the arguments of a process.
 *
 * @throws UserError if the token is missing or malformed; the message never contains it
 */
export async function readToken({ file, env, signal, warn }: TokenSource): Promise<string> {
  if (file !== null) return readTokenFile(file, env, signal, warn)
  if (env.GITLAB_TOKEN) return requireToken(env.GITLAB_TOKEN, 'GITLAB_TOKEN')
  throw new UserError(
    'usage',
    'The GitLab token is missing.',
    'Set the environment variable GITLAB_TOKEN, or name a file with --token-file (- is standard input).',
  )
}

async function readTokenFile(
  file: string,
  env: TokenSource['env'],
  signal: AbortSignal,
  warn: (text: string) => void,
): Promise<string> {
  const { bytes, mode } = await readStart(file, mostBytes + 1, signal).catch((error) => {
    throw hideToken(error, file)
  })
  const where = file === '-' ? 'Standard input' : file
  // A CI runner writes its files for all users of the container.
  if (mode !== null && mode & readableByOthers && !isCiJob(env))
    warn(`Other users of this machine can read the token in ${file}. Type: chmod 600 ${quoteForShell(file)}`)
  if (bytes.length > mostBytes) throw createTokenError(`${where} does not contain a token: it is too long.`)
  return requireToken(new TextDecoder(detectEncoding(bytes)).decode(bytes), where)
}

/** The name of a file that does not exist may be the token itself. The cause has the name as well. */
function hideToken(error: unknown, file: string): unknown {
  if (!(error instanceof UnreadableInputError) || !mayBeToken(file)) return error
  return new UserError(
    'usage',
    'The file that --token-file names does not exist. The name looks like a token.',
    'Other users of this machine can read arguments: revoke the token if it was one. Set GITLAB_TOKEN, or write the token to a file and name that.',
  )
}

function mayBeToken(file: string): boolean {
  return !/[/\\]/.test(file) && (/^gl\w*-/i.test(file) || /^[\w.=+-]{20,}$/.test(file))
}

/** A line break would end the HTTP header that carries the token. */
export function requireToken(text: string, where: string): string {
  const token = text.trim()
  if (token === '') throw createTokenError(`${where} is empty: it must contain a GitLab token.`)
  if (/^(["']).*\1$/s.test(token))
    throw createTokenError(
      `${where} has quotes around the token.`,
      'Delete the quotes: docker --env-file keeps them.',
    )
  if (/^(export\s+)?[A-Za-z_]\w*=/.test(token))
    throw createTokenError(
      `${where} has the name of a variable before the token.`,
      'Delete the name and the equals sign.',
    )
  if (/^[\x21-\x7e]{1,4000}$/.test(token)) return token
  throw createTokenError(`${where} does not contain a token: it has spaces, line breaks or other characters.`)
}

function createTokenError(sentence: string, hint = 'A token is one word, such as glpat-….'): UserError {
  return new UserError('usage', sentence, hint)
}
