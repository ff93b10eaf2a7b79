import { UserError } from '../errors.ts'
import { isShape } from './answer-shape.ts'
import type { Capabilities } from './capabilities.ts'
import * as documents from './documents.ts'
import { formatGlobalId } from './global-id.ts'
import { type GraphqlAnswer, isNotShown, isTooMany } from './graphql-answer.ts'
import type { GraphqlClient, Variables } from './graphql-client.ts'

/**
 * What GitLab answered.
 *
 * - `refused`: a rule stands against it, with GitLab's code, such as `NOT_ENOUGH_SEATS`
 * - `not_shown`: the purchase is not active, the token has no right, or, for one user, there is no such user
 * - `too_many`: more ids than this GitLab takes in a call
 */
export type GiveAnswer =
  | { kind: 'given' }
  | { kind: 'refused'; code: string }
  | { kind: 'not_shown' }
  | { kind: 'too_many' }

interface GiveContext {
  client: GraphqlClient
  capabilities: Capabilities
}

/** See `GitLab.giveSeats`. Where there is no mutation for several, those before a refused one have their seats. */
export async function giveSeats(
  { client, capabilities }: GiveContext,
  purchaseId: number,
  userIds: readonly number[],
): Promise<GiveAnswer> {
  if (!capabilities.givesSeats) {
    throw new UserError(
      'failed',
      `GitLab ${client.version} gives no seats over its API.`,
      'That takes GitLab 16.8 or later: update it, or give the seats in its Admin area.',
    )
  }
  const addOnPurchaseId = formatGlobalId('GitlabSubscriptions::AddOnPurchase', purchaseId)
  const ids = userIds.map((id) => formatGlobalId('User', id))
  if (ids.length > 1 && capabilities.givesInBulk)
    return give(client, documents.giveSeats, { addOnPurchaseId, userIds: ids })
  for (const userId of ids) {
    const answer = await give(client, documents.giveSeat, { addOnPurchaseId, userId })
    if (answer.kind !== 'given') return answer
  }
  return { kind: 'given' }
}

async function give(client: GraphqlClient, document: string, variables: Variables): Promise<GiveAnswer> {
  return readGiveAnswer(await client.mutate(document, variables), client)
}

/** @throws UserError where GitLab answers with an error that is about no seat */
function readGiveAnswer({ data, messages }: GraphqlAnswer, client: GraphqlClient): GiveAnswer {
  const payload = data['give']
  if (isShape(payload) && Array.isArray(payload['errors'])) {
    const [code] = payload['errors']
    return code === undefined ? { kind: 'given' } : { kind: 'refused', code: client.quote(String(code)) }
  }
  if (isNotShown(messages)) return { kind: 'not_shown' }
  if (isTooMany(messages)) return { kind: 'too_many' }
  if (messages.length > 0) throw client.explain(messages)
  throw client.refuseEmptyAnswer()
}
