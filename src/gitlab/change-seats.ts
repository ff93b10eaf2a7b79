import { formatGlobalId } from '../domain/global-id.ts'
import type { SeatChange } from '../domain/seat-change.ts'
import { UserError } from '../errors.ts'
import type { Capabilities } from './capabilities.ts'
import * as documents from './documents.ts'
import { type GraphqlAnswer, isNotShown, isTooMany, isUnknownPart } from './graphql-answer.ts'
import type { GraphqlClient, Variables } from './graphql-client.ts'
import { isJsonObject, isText } from './http/json-object.ts'
import { classifyRefusals, type Refusal } from './refusals.ts'

/**
 * GitLab's answer to a change of seats.
 *
 * - `done`: all users of the call have the requested state; GitLab does not report which of them had it before
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
  /** Whether a null payload without an error means that no seat had to change. */
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
  { client, capabilities }: ChangeContext,
  change: SeatChange,
  purchaseId: number,
  userIds: readonly number[],
  onSend?: () => Promise<void>,
): Promise<SeatAnswer> {
  const { forOne, forSeveral, lack, hint }: Change = changes[change]
  if (!capabilities[forOne.capability])
    throw new UserError('failed', `GitLab ${client.version} ${lack}`, hint)
  const addOnPurchaseId = formatGlobalId('GitlabSubscriptions::AddOnPurchase', purchaseId)
  const ids = userIds.map((id) => formatGlobalId('User', id))
  const send = async ({ document, isDoneAtNull }: Mutation, users: Variables) => {
    const answer = await client.mutate(document, { addOnPurchaseId, ...users }, onSend)
    return readAnswer(answer, { change, isDoneAtNull, client })
  }
  if (ids.length > 1 && capabilities[forSeveral.capability]) return send(forSeveral, { userIds: ids })
  for (const userId of ids) {
    const answer = await send(forOne, { userId })
    if (answer.kind !== 'done') return answer
  }
  return { kind: 'done' }
}

interface Asked {
  change: SeatChange
  isDoneAtNull: boolean
  client: GraphqlClient
}

/** @throws UnansweredError for an answer that is neither exactly a yes nor a known no */
function readAnswer({ data, messages }: GraphqlAnswer, asked: Asked): SeatAnswer {
  const { change, isDoneAtNull, client } = asked
  const payload = data[change]
  if (messages.length > 0) return readMessages(messages, payload ?? null, client)
  if (isJsonObject(payload)) return readCodes(payload['errors'], asked)
  if (payload === null && isDoneAtNull) return { kind: 'done' }
  throw client.createDoubt('answered with nothing')
}

/** An error beside a payload has no meaning of its own, whatever its text. */
function readMessages(messages: readonly string[], payload: unknown, client: GraphqlClient): SeatAnswer {
  const isEach = (test: (message: string) => boolean) => payload === null && messages.every(test)
  if (isEach(isNotShown)) return { kind: 'not_shown' }
  if (isEach(isTooMany)) return { kind: 'too_many', message: client.quote(messages.join(' ')) }
  if (isEach(isUnknownPart)) throw client.explain(messages)
  throw client.announceDoubt(messages)
}

/** @param codes of a payload; GitLab writes at most one */
function readCodes(codes: unknown, { change, client }: Asked): SeatAnswer {
  if (!Array.isArray(codes) || !codes.every(isText))
    throw client.createDoubt('answered with errors that duo-seats cannot read')
  const refusal = classifyRefusals(codes, change)
  return refusal === null
    ? { kind: 'done' }
    : { kind: 'refused', code: client.quote(codes.join(', ')), refusal }
}
