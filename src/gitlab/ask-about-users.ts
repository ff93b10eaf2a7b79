import { type AddOn, addOns } from '../domain/add-on.ts'
import { formatGlobalId } from '../domain/global-id.ts'
import { splitIntoBatches } from '../domain/split-into-batches.ts'
import type { User } from '../domain/user.ts'
import { listNodes, readField, unexpectedAnswer } from './answer-fields.ts'
import { parseGlobalId } from './global-id.ts'
import { isJsonObject, type JsonObject } from './http/json-object.ts'
import { inAnyOrder } from './in-any-order.ts'
import { holdsSeat, readUser } from './readings.ts'
import { createHiddenUsersError, requireShownPurchase, type UserContext } from './seat-list.ts'
import { asksForPurchases, composeQuestion, countUsersPerQuestion, usersPerSearch } from './seat-question.ts'

/** Looked up by username and by id, and searched for among the users of a purchase. */
export interface AskedUser {
  username: string | null
  userId: number | null
  /** A username or name of at least three characters; null: not searched for. */
  text: string | null
}

export interface UserAnswers {
  /** Each once, as {@link GitLab.findUsers} returns them. */
  users: User[]
  holders: Set<number>
  others: Set<number>
  /** The texts whose searches found every holder that they match. */
  wholeTexts: Set<string>
}

const lanes = 5

export async function askAboutUsers(
  context: UserContext,
  purchase: { id: number; addOn: AddOn },
  asked: readonly AskedUser[],
): Promise<UserAnswers> {
  const batches = splitIntoBatches(asked, countUsersPerQuestion(context.capabilities))
  const ask = (batch: AskedUser[], signal: AbortSignal) => askOnce(context, purchase, batch, signal)
  const users = new Map<number, User>()
  const answers = { holders: new Set<number>(), others: new Set<number>(), wholeTexts: new Set<string>() }
  for await (const { texts, lookUps, data } of inAnyOrder(batches, lanes, context.signal, ask)) {
    const isInstance = context.target.group === null
    for (const node of lookUps.flatMap((name) => listNodes(readField(data, name), 'a list of users'))) {
      const user = readUser(node, isInstance, context.client.warnOfUnknown)
      users.set(user.id, user)
    }
    const scope = isInstance || texts.length === 0 ? data : readField(data, 'namespace')
    for (const [number, text] of texts.entries()) {
      const connection = isJsonObject(scope) ? readField(scope, `search${number}`) : null
      addSearch(answers, text, connection, purchase, context)
    }
  }
  return { users: [...users.values()], ...answers }
}

interface Answer {
  texts: string[]
  /** Names of the lists of users by username and by id. */
  lookUps: string[]
  data: JsonObject
}

async function askOnce(
  { client, target: { group }, capabilities: { filtersBySeat }, namespaceId }: UserContext,
  { id, addOn }: { id: number; addOn: AddOn },
  batch: readonly AskedUser[],
  signal: AbortSignal,
): Promise<Answer> {
  const usernames = batch.flatMap(({ username }) => username ?? [])
  const ids = batch.flatMap(({ userId }) => (userId === null ? [] : formatGlobalId('User', userId)))
  const texts = [...new Set(batch.flatMap(({ text }) => text ?? []))]
  const form = {
    ...{ byUsername: usernames.length > 0, byId: ids.length > 0, searches: texts.length },
    ...{ inGroup: group !== null, filtersBySeat },
  }
  const purchaseGlobalId = formatGlobalId('GitlabSubscriptions::AddOnPurchase', id)
  const variables = {
    ...(form.byUsername && { usernames }),
    ...(form.byId && { ids }),
    ...(texts.length > 0 && {
      ...(group !== null && { group, ...(asksForPurchases(form) && { namespaceId }) }),
      addOnType: addOns[addOn].type,
      addOnPurchaseIds: [purchaseGlobalId],
      ...Object.fromEntries(texts.map((text, number) => [`text${number}`, text])),
    }),
  }
  const data = await client.query(composeQuestion(form), variables, signal)
  if (data === null) throw createHiddenUsersError({ group })
  requireShownPurchase(data, purchaseGlobalId, { group })
  const lookUps = [...(form.byUsername ? ['byUsername'] : []), ...(form.byId ? ['byId'] : [])]
  return { texts, lookUps, data }
}

/** @throws DeniedError for a search without a list */
function addSearch(
  { holders, others, wholeTexts }: Omit<UserAnswers, 'users'>,
  text: string,
  connection: unknown,
  { id }: { id: number },
  { target, capabilities: { filtersBySeat } }: UserContext,
): void {
  if (!isJsonObject(connection)) throw createHiddenUsersError(target)
  const purchaseGlobalId = formatGlobalId('GitlabSubscriptions::AddOnPurchase', id)
  const nodes = listNodes(connection, 'a list of users')
  for (const node of nodes) {
    const userId = parseGlobalId('User', node['id'])
    if (userId === null) throw unexpectedAnswer('a user')
    const found = filtersBySeat || holdsSeat(node, purchaseGlobalId) ? holders : others
    found.add(userId)
  }
  // Before 17.5 the list lacks holders who are not eligible.
  if (filtersBySeat && nodes.length < usersPerSearch) wholeTexts.add(text)
}
