import type { UserAddress } from '../domain/user.ts'
import { UserError } from '../errors.ts'
import { UnreachableError } from './http/gitlab-error.ts'
import { isJsonObject, isText, type JsonObject } from './http/json-object.ts'
import type { Transport } from './http/transport.ts'
import { inAnyOrder } from './in-any-order.ts'

/** Reported beside other lists, so a failure does not matter to them. */
export interface AddressReading {
  addresses: UserAddress[]
  /** The reason why some may be missing; null after all pages. */
  failure: string | null
}

interface EnterpriseContext {
  transport: Transport
  signal: AbortSignal
}

const usersPerPage = 100

const lanes = 4

/** Against a server that ignores the number of the page. GitLab has no offset above 50,000 users. */
const mostPages = 500

/** Addresses are not worth a long wait. */
const mostAttempts = 6

/** The addresses of a group's enterprise users (17.7), for its Owners. Other users of the group keep theirs hidden. */
export async function readEnterpriseAddresses(
  { transport, signal }: EnterpriseContext,
  group: string,
): Promise<AddressReading> {
  const addresses: UserAddress[] = []
  let isEnd = false
  const readPage = async (page: number, either: AbortSignal) => {
    const users = await readUsers(transport, group, page, either)
    isEnd ||= users.length < usersPerPage
    return users.flatMap(readAddress)
  }
  function* listLaterPages(): Iterable<number> {
    for (let page = 2; page <= mostPages && !isEnd; page += 1) yield page
  }
  try {
    addresses.push(...(await readPage(1, signal)))
    for await (const page of inAnyOrder(listLaterPages(), lanes, signal, readPage)) addresses.push(...page)
    return { addresses, failure: null }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof UserError) return { addresses, failure: error.message }
    throw error
  }
}

async function readUsers(
  transport: Transport,
  group: string,
  page: number,
  signal: AbortSignal,
): Promise<JsonObject[]> {
  const path = `/api/v4/groups/${encodeURIComponent(group)}/enterprise_users?per_page=${usersPerPage}&page=${page}`
  const request = { name: 'ReadEnterpriseUsers', path, body: null, isMutation: false, mostAttempts }
  const { status, json } = await transport.send(request, signal)
  if (status === 200 && Array.isArray(json)) return json.filter(isJsonObject)
  const message =
    status === 404
      ? 'GitLab has no list of enterprise users for this token (404).'
      : `GitLab answered the list of enterprise users with ${status}.`
  throw new UnreachableError(message, '')
}

/** GitLab reports both keys to callers with the right alone. */
function readAddress({ id, email, confirmed_at: confirmedAt }: JsonObject): UserAddress[] {
  return Number.isSafeInteger(id) && isText(email) && email !== '' && isText(confirmedAt)
    ? [{ userId: id as number, address: email }]
    : []
}
