import { readField } from './answer-fields.ts'
import type { Capabilities } from './capabilities.ts'
import * as documents from './documents.ts'
import type { GraphqlClient } from './graphql-client.ts'
import { DeniedError } from './http/gitlab-error.ts'
import { isJsonObject } from './http/json-object.ts'
import { type Account, type AccountContext, findAccount, isFineGrained } from './read-account.ts'

interface RightContext extends AccountContext {
  client: GraphqlClient
  target: { group: string | null }
  capabilities: Capabilities
}

/**
 * Probes the right to manage seats: of an administrator or, for a group, of an Owner. GitLab shows other callers no purchase, and
 * no error. A version without lists of users cannot be probed.
 *
 * @throws DeniedError without the right
 */
export async function requireSeatRight(context: RightContext): Promise<void> {
  const { client, target, capabilities } = context
  if (!capabilities.listsUsers) return
  const { group } = target
  const data = await client.query(chooseProbe(context), group === null ? {} : { group })
  const scope = group === null ? data : data && readField(data, 'namespace')
  if (isJsonObject(scope) && isJsonObject(scope['users'])) return
  throw explainMissingRight(target, await findAccount(context))
}

function chooseProbe({ target: { group }, capabilities: { filtersBySeat } }: RightContext): string {
  if (group === null) return filtersBySeat ? documents.probeInstance : documents.probeOldInstance
  return filtersBySeat ? documents.probeGroup : documents.probeOldGroup
}

/** The user of a project token or a group token, which has no rights outside of them. */
const tokenBot = /^(project|group)_\d+_bot/

function explainMissingRight({ group }: { group: string | null }, account: Account | null): DeniedError {
  const holder = group === null ? 'an administrator' : `an Owner of the group ${group}`
  const name = account === null ? null : `@${account.username}`
  const token = name === null ? 'The token' : `The token of ${name}`
  const deny = (sentence: string, hint: string) => new DeniedError(sentence, hint)
  if (account !== null && isFineGrained(account))
    return deny(
      `${token} is fine-grained (granular), and GitLab shows it no seats.`,
      `Create a personal access token with the scope api, of ${holder}.`,
    )
  if (group === null && tokenBot.test(account?.username ?? ''))
    return deny(
      `${token} belongs to a project or a group, so GitLab shows it no seats of the instance.`,
      'Create a personal access token with the scope api, of an administrator.',
    )
  return deny(
    `${name ?? 'The user of the token'} is not ${holder}, so GitLab shows no seats to this token.`,
    `Use a token of ${holder}, with the scope api.`,
  )
}
