import { formatGlobalId } from '../domain/global-id.ts'
import { splitIntoBatches } from '../domain/split-into-batches.ts'
import type { Offering, User, UserAddress } from '../domain/user.ts'
import { listNodes, readField } from './answer-fields.ts'
import * as documents from './documents.ts'
import type { GraphqlClient } from './graphql-client.ts'
import { DeniedError, neededScope } from './http/gitlab-error.ts'
import type { JsonObject } from './http/json-object.ts'
import { inAnyOrder } from './in-any-order.ts'
import { readAddresses, readUser } from './readings.ts'

export interface WantedUsers {
  usernames: readonly string[]
  userIds: readonly number[]
}

interface FindContext {
  client: GraphqlClient
  offering: Offering
  signal: AbortSignal
}

/** GitLab's page size: one request returns all of its users. */
const keysPerRequest = 100

const lanes = 4

/** @param tellAsked called after each answer, with the number of keys that are answered by then */
export async function findUsers(
  { client, offering, signal }: FindContext,
  wanted: WantedUsers,
  tellAsked: (asked: number) => void,
): Promise<User[]> {
  const ids = wanted.userIds.map((id) => formatGlobalId('User', id))
  const requests = [
    ...splitIntoBatches(wanted.usernames, keysPerRequest).map(
      (some) => [documents.findUsersByUsername, { usernames: some }, some.length] as const,
    ),
    ...splitIntoBatches(ids, keysPerRequest).map(
      (some) => [documents.findUsersById, { ids: some }, some.length] as const,
    ),
  ]
  const look = async ([document, variables, keys]: (typeof requests)[number], signal: AbortSignal) => ({
    data: await client.query(document, variables, signal),
    keys,
  })
  const users = new Map<number, User>()
  let asked = 0
  for await (const { data, keys } of inAnyOrder(requests, lanes, signal, look)) {
    for (const node of listFound(data)) {
      const user = readUser(node, offering === 'self-managed', client.warnOfUnknown)
      users.set(user.id, user)
    }
    asked += keys
    tellAsked(asked)
  }
  return [...users.values()]
}

export async function readAddressesOf(
  { client, signal }: Pick<FindContext, 'client' | 'signal'>,
  userIds: readonly number[],
): Promise<UserAddress[]> {
  const ids = userIds.map((id) => formatGlobalId('User', id))
  const addresses: UserAddress[] = []
  const read = (some: string[], signal: AbortSignal) =>
    client.query(documents.readAddresses, { ids: some }, signal)
  for await (const data of inAnyOrder(splitIntoBatches(ids, keysPerRequest), lanes, signal, read))
    addresses.push(...listFound(data).flatMap(readAddresses))
  return addresses
}

export interface AddressOwner {
  userId: number
  /** Confirmed or public, as GitLab spells them. */
  addresses: string[]
}

/** Users that GitLab's search returns for an address. A name may contain it: compare the addresses. */
export async function searchAddress(
  client: GraphqlClient,
  address: string,
  signal: AbortSignal,
): Promise<AddressOwner[]> {
  const data = await client.query(documents.findUsersByAddress, { address }, signal)
  return listFound(data).map((node) => {
    const { id, email } = readUser(node, false, client.warnOfUnknown)
    const confirmed = readAddresses(node).map((read) => read.address)
    return { userId: id, addresses: email === null ? confirmed : [...confirmed, email] }
  })
}

/** @throws DeniedError if GitLab hides the list: its users would count as gone */
function listFound(data: JsonObject | null): JsonObject[] {
  if (data !== null) return listNodes(readField(data, 'users'), 'a list of users')
  throw new DeniedError('GitLab hides its users from this token.', `The token needs ${neededScope}.`)
}
