import { formatGlobalId } from '../domain/global-id.ts'
import type { SeatChange } from '../domain/seat-change.ts'
import { UserError } from '../errors.ts'
import type { Capabilities } from './capabilities.ts'
import * as documents from './documents.ts'
import { type GraphqlAnswer, isNotShown, isTooMany } from './graphql-answer.ts'
import type { GraphqlClient, Variables } from './graphql-client.ts'
import { isJsonObject } from './json-object.ts'
import { classifyRefusal, type Refusal } from './refusals.ts'

/**
 * GitLab's answer to a change of seats.
 *
 * - `done`: all users of the call have the requested state; GitLab does not say which of them had it before
 * - `refused`: a rule of GitLab forbids it; `code` is GitLab's, such as `NOT_ENOUGH_SEATS`, and `refusal` its meaning
 * - `not_shown`: the purchase is not active, the token has no right, or the only user of the call does not exist
 * - `too_many`: the call holds more ids than this GitLab accepts; `message` is GitLab's
 */
export type SeatAnswer =
  | { kind: 'done' }
  | { kind: 'refused'; code: string; refusal: Refusal }
  | { kind: 'not_shown' }
  | { kind: 'too_many'; message: string }

interface Mutation {
  document: string
  capability: 'givesSeats' | 'givesInBulk' | 'takesSeats' | 'takesInBulk'
  /** Whether a null payload without an error means that there was nothing to do. */
  isDoneAtNull: boolean
}

interface Change {
  forOne: Mutation
  forSeveral: Mutation
  /** For a GitLab without the API: continues "GitLab VERSION". */
  lack: string
  hint: string
}

/** The keys are also the names of the payloads. */
const changes = {
  give: {
    forOne: { document: documents.giveSeat, capability: 'givesSeats', isDoneAtNull: false },
    forSeveral: { document: documents.giveSeats, capability: 'givesInBulk', isDoneAtNull: false },
    lack: 'cannot give seats over its API.',
    hint: 'Update GitLab to 16.8 or later, or give the seats in its Admin area.',
  },
  take: {
    forOne: { document: documents.takeSeat, capability: 'takesSeats', isDoneAtNull: true },
    forSeveral: { document: documents.takeSeats, capability: 'takesInBulk', isDoneAtNull: false },
    lack: 'cannot take seats over its API.',
    hint: 'Update GitLab to 16.8 or later, or take the seats in its Admin area.',
  },
} satisfies Record<SeatChange, Change>

interface ChangeContext {
  client: GraphqlClient
  capabilities: Capabilities
}

/** Without a bulk mutation it changes one user after the other, and ends at the first user that fails. */
export async function changeSeats(
  direction: SeatChange,
  { client, capabilities }: ChangeContext,
  purchaseId: number,
  userIds: readonly number[],
): Promise<SeatAnswer> {
  const { forOne, forSeveral, lack, hint }: Change = changes[direction]
  if (!capabilities[forOne.capability])
    throw new UserError('failed', `GitLab ${client.version} ${lack}`, hint)
  const addOnPurchaseId = formatGlobalId('GitlabSubscriptions::AddOnPurchase', purchaseId)
  const ids = userIds.map((id) => formatGlobalId('User', id))
  const change = async ({ document, isDoneAtNull }: Mutation, users: Variables) => {
    const answer = await client.mutate(document, { addOnPurchaseId, ...users })
    const payload = answer.data[direction]
    if (isJsonObject(payload) && Array.isArray(payload['errors']))
      return readErrors(payload['errors'], direction, client)
    return readMissingPayload(answer, isDoneAtNull && payload === null, client)
  }
  if (ids.length > 1 && capabilities[forSeveral.capability]) return change(forSeveral, { userIds: ids })
  for (const userId of ids) {
    const answer = await change(forOne, { userId })
    if (answer.kind !== 'done') return answer
  }
  return { kind: 'done' }
}

/** @param errors of a payload; GitLab writes at most one */
function readErrors([error]: readonly unknown[], direction: SeatChange, client: GraphqlClient): SeatAnswer {
  if (error === undefined) return { kind: 'done' }
  const refusal = classifyRefusal(String(error), direction)
  if (refusal.kind === 'nothing_to_do') return { kind: 'done' }
  return { kind: 'refused', code: client.quote(String(error)), refusal }
}

/** @throws UserError for an error that is not about a seat; UnansweredError for an empty answer, unless `isDone` */
function readMissingPayload({ messages }: GraphqlAnswer, isDone: boolean, client: GraphqlClient): SeatAnswer {
  if (isNotShown(messages)) return { kind: 'not_shown' }
  if (isTooMany(messages)) return { kind: 'too_many', message: client.quote(messages.join(' ')) }
  if (messages.length > 0) throw client.explain(messages)
  if (isDone) return { kind: 'done' }
  throw client.createEmptyAnswerError()
}
