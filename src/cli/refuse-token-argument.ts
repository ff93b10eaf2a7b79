import { containsToken } from '../domain/token-text.ts'
import { UserError } from '../errors.ts'

/** Tokens before GitLab 14.5 have no prefix, and 20 characters. */
const fewestCharacters = 16

/**
 * A token that is typed as a name would be printed and recorded, and every user of the machine can read the arguments of a process.
 *
 * @throws UserError, without the token
 */
export function refuseTokenArgument(args: readonly string[], env: Record<string, string | undefined>): void {
  // Each reading of a variable is a call of the system.
  const known = Object.keys(env)
    .filter((name) => name.startsWith('GITLAB_TOKEN'))
    .map((name) => env[name]?.trim() ?? '')
    .filter((token) => token.length >= fewestCharacters)
  const isToken = (arg: string) => containsToken(arg) || known.some((token) => arg.includes(token))
  if (!args.some(isToken)) return
  throw new UserError(
    'usage',
    'An argument contains a GitLab token. Other users of this machine and the history of the shell may show it.',
    'Revoke the token. Put a new one into GITLAB_TOKEN, or into a file for --token-file.',
  )
}
