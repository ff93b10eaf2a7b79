import { UserError } from '../../errors.ts'
import { openInputFile } from './input-file.ts'

/** A token has some dozen characters; a longer file contains something else. */
const mostBytes = 4_096

/**
 * Reads the GitLab token from a file, else from the environment. No option takes the token itself, because every user of the
 * machine can read the arguments of a process.
 *
 * @param file a path, or `-` for standard input; null without `--token-file`
 * @throws UserError if the token is missing or malformed; the message never contains it
 */
export async function readToken(
  file: string | null,
  { GITLAB_TOKEN }: { GITLAB_TOKEN?: string | undefined },
  signal: AbortSignal,
): Promise<string> {
  if (file !== null)
    return requireToken(await readStart(file, signal), file === '-' ? 'Standard input' : file)
  if (GITLAB_TOKEN) return requireToken(GITLAB_TOKEN, 'GITLAB_TOKEN')
  throw new UserError(
    'usage',
    'The GitLab token is missing.',
    'Set the environment variable GITLAB_TOKEN, or name a file with --token-file (- is standard input).',
  )
}

async function readStart(file: string, signal: AbortSignal): Promise<string> {
  const input = await openInputFile(file, signal)
  try {
    for await (const chunk of input.readChunks(mostBytes)) return new TextDecoder().decode(chunk)
    return ''
  } finally {
    await input.close()
  }
}

/** A line break would end the HTTP header that carries the token. */
export function requireToken(text: string, where: string): string {
  const token = text.trim()
  if (/^[\x21-\x7e]{1,4000}$/.test(token)) return token
  throw new UserError(
    'usage',
    token === ''
      ? `${where} is empty: it must contain a GitLab token.`
      : `${where} does not contain a token: it has spaces, line breaks or other characters.`,
    'A token is one word, such as glpat-….',
  )
}
