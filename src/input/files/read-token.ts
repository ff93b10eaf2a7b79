import { UserError } from '../../errors.ts'
import { openInputFile } from './input-file.ts'

/** A token is some dozen characters long; whatever is longer is another file. */
const mostBytes = 4_096

/**
 * The token for a GitLab: from a file, else from the environment. It is never an option's value, which everybody on the machine
 * can read in the list of processes.
 *
 * @param file a path, `-` for standard input, null where none is named
 * @throws UserError where there is none, or where it cannot be one; the message never holds it
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
    'No token for GitLab is given.',
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

/** A line break inside a token would end the header that it is sent in. */
function requireToken(text: string, where: string): string {
  const token = text.trim()
  if (/^[\x21-\x7e]{1,4000}$/.test(token)) return token
  throw new UserError(
    'usage',
    token === ''
      ? `${where} is empty: no token there.`
      : `${where} holds no token: it has spaces, line breaks or other characters in it.`,
    'A token is one word, such as glpat-….',
  )
}
