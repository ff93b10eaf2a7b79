import { isCiJob } from '../../domain/is-ci-job.ts'
import { quoteForShell } from '../../domain/quote-for-shell.ts'
import { UserError } from '../../errors.ts'
import { UnreadableInputError } from '../files/read-error.ts'
import { readStart } from '../files/read-start.ts'
import { detectEncoding } from '../files/text-encoding.ts'
import { createTokenError, requireToken } from './require-token.ts'

/** A token has some dozen characters; a longer file contains something else. */
const mostBytes = 4_096

/** Bits of a mode: the group, or all users, may read. */
const readableByOthers = 0o044

/** Reads the token from a user who types standard input at a terminal; undefined without one. */
export type ReadTypedToken = () => Promise<string>

interface TokenFile {
  /** A path, or `-` for standard input. */
  file: string
  env: { CI?: string | undefined }
  signal: AbortSignal
  warn: (text: string) => void
  readTypedToken?: ReadTypedToken | undefined
}

/**
 * Reads the GitLab token from a file. No option takes the token itself, because every user of the machine can read the arguments of a
 * process.
 *
 * @throws UserError if the token is missing or malformed; the message never contains it
 */
export async function readTokenFile(source: TokenFile): Promise<string> {
  const { file, env, signal, warn, readTypedToken } = source
  if (file === '-' && readTypedToken !== undefined)
    return requireToken(await readTypedToken(), 'Standard input')
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
