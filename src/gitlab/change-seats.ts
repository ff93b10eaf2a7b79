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
 * - `done`: every user holds a seat, or none of them does, as was asked for; who did so before, GitLab does not tell
 * - `refused`: a rule stands against it, with GitLab's code, such as `NOT_ENOUGH_SEATS`
 * - `not_shown`: the purchase is not active, the token has no right, or, for one user, there is no such user
 * - `too_many`: more ids than this GitLab takes in a call, by its own message
 */
export type SeatAnswer =
  | { kind: 'done' }
  | { kind: 'refused'; code: string }
  | { kind: 'not_shown' }
  | { kind: 'too_many'; message: string }

interface Mutation {
  document: string
  capability: 'givesSeats' | 'givesInBulk' | 'takesSeats' | 'takesInBulk'
  /** The codes of a GitLab that found nothing to do; null stands for null in place of the payload, without an error. */
  nothingToDo: readonly (string | null)[]
}

interface Change {
  forOne: Mutation
  forSeveral: Mutation
  /** For a GitLab without either: goes on after its version. */
  lack: string
  hint: string
}

/** Each by the name of its payload. */
const changes = {
  give: {
    forOne: { document: documents.giveSeat, capability: 'givesSeats', nothingToDo: [] },
    forSeveral: { document: documents.giveSeats, capability: 'givesInBulk', nothingToDo: [] },
    lack: 'gives no seats over its API.',
    hint: 'That takes GitLab 16.8 or later: update it, or give the seats in its Admin area.',
  },
  take: {
    forOne: {
      document: documents.takeSeat,
      capability: 'takesSeats',
      nothingToDo: ['NO_ASSIGNMENTS_FOUND', null],
    },
    forSeveral: {
      document: documents.takeSeats,
      capability: 'takesInBulk',
      nothingToDo: ['NO_ASSIGNMENTS_FOUND'],
    },
    lack: 'takes no seats back over its API.',
    hint: 'That takes GitLab 16.8 or later: update it, or take the seats back in its Admin area.',
  },
} satisfies Record<string, Change>

type Direction = keyof typeof changes

interface ChangeContext {
  client: GraphqlClient
  capabilities: Capabilities
}

/**
 * See `GitLab.giveSeats` and `GitLab.takeSeats`. Where there is no mutation for several, it ends at the first user for whom it is not
 * done; it is done for those before.
 */
export async function changeSeats(
  direction: Direction,
  { client, capabilities }: ChangeContext,
  purchaseId: number,
  userIds: readonly number[],
): Promise<SeatAnswer> {
  const { forOne, forSeveral, lack, hint }: Change = changes[direction]
  if (!capabilities[forOne.capability])
    throw new UserError('failed', `GitLab ${client.version} ${lack}`, hint)
  const addOnPurchaseId = formatGlobalId('GitlabSubscriptions::AddOnPurchase', purchaseId)
  const ids = userIds.map((id) => formatGlobalId('User', id))
  const change = async (mutation: Mutation, users: Variables) => {
    const answer = await client.mutate(mutation.document, { addOnPurchaseId, ...users })
    return readSeatAnswer(answer, answer.data[direction], mutation, client)
  }
  if (ids.length > 1 && capabilities[forSeveral.capability]) return change(forSeveral, { userIds: ids })
  for (const userId of ids) {
    const answer = await change(forOne, { userId })
    if (answer.kind !== 'done') return answer
  }
  return { kind: 'done' }
}

/** @throws UserError where GitLab answers with an error that is about no seat */
function readSeatAnswer(
  { messages }: GraphqlAnswer,
  payload: unknown,
  { nothingToDo }: Mutation,
  client: GraphqlClient,
): SeatAnswer {
  if (isShape(payload) && Array.isArray(payload['errors'])) {
    const [code] = payload['errors']
    const isDone = code === undefined || nothingToDo.includes(code)
    return isDone ? { kind: 'done' } : { kind: 'refused', code: client.quote(String(code)) }
  }
  if (isNotShown(messages)) return { kind: 'not_shown' }
  if (isTooMany(messages)) return { kind: 'too_many', message: client.quote(messages.join(' ')) }
  if (messages.length > 0) throw client.explain(messages)
  if (payload === null && nothingToDo.includes(null)) return { kind: 'done' }
  throw client.refuseEmptyAnswer()
}
