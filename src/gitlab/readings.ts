import { type AddOn, addOnNames, addOns } from '../domain/add-on.ts'
import { type Day, type Instant, isDay } from '../domain/day.ts'
import { unknownPlan } from '../domain/snapshot.ts'
import { describeUnknownValues, type User, type UserAddress, type UserState } from '../domain/user.ts'
import { unexpectedAnswer } from './answer-fields.ts'
import { parseGlobalId } from './global-id.ts'
import { isJsonObject, isText, type JsonObject, listObjects } from './http/json-object.ts'

export interface PurchaseReading {
  id: number
  addOn: AddOn
  quantity: number
  assigned: number
}

export interface LicenseReading {
  /** In lower case. */
  plan: string
  lastSyncAt: Instant | null
}

/** Gets a sentence about a value that this version does not support. */
export type WarnOfUnknown = (sentence: string) => void

/** The products of purchases without seats for users, by GitLab's names. */
const seatlessProducts: ReadonlyMap<string, string> = new Map([
  ['DUO_CORE', 'GitLab Duo Core'],
  ['DUO_AMAZON_Q', 'GitLab Duo with Amazon Q'],
  ['GITLAB_CREDITS', 'GitLab Credits'],
  ['SELF_HOSTED_DAP', 'GitLab Duo Agent Platform, self-hosted'],
  ['SECRETS_MANAGER', 'GitLab Secrets Manager'],
  ['FLEX_OFFLINE', 'GitLab Flex'],
])

/** @param purchase for which {@link readPurchase} returns null */
export function nameOtherAddOn({ name }: JsonObject): string {
  return seatlessProducts.get(String(name)) ?? readValue(name).toUpperCase()
}

/** @returns null for an add-on without seats, or one that only a newer GitLab has */
export function readPurchase(
  { id, name, purchasedQuantity, assignedQuantity }: JsonObject,
  warn: WarnOfUnknown,
): PurchaseReading | null {
  const number = parseGlobalId('GitlabSubscriptions::AddOnPurchase', id)
  if (!isText(name)) throw unexpectedAnswer('an add-on purchase')
  const addOn = addOnNames.find((known) => addOns[known].type === name)
  if (addOn === undefined) {
    const value = readValue(name).toUpperCase()
    if (!seatlessProducts.has(name))
      warn(
        `GitLab has a purchase of the add-on "${value}", which this version of duo-seats does not support. It is left out.`,
      )
    return null
  }
  if (number === null || !isCount(purchasedQuantity) || !isCount(assignedQuantity))
    throw unexpectedAnswer('an add-on purchase')
  return { id: number, addOn, quantity: purchasedQuantity, assigned: assignedQuantity }
}

export function readLicense({ plan, lastSync }: JsonObject): LicenseReading {
  return {
    plan: isText(plan) && plan !== '' ? plan.toLowerCase() : unknownPlan,
    lastSyncAt: readInstant(lastSync),
  }
}

/** @throws UnreachableError for a user without an id or a username */
export function readNamedUser({ id: globalId, username }: JsonObject): Pick<User, 'id' | 'username'> {
  const id = parseGlobalId('User', globalId)
  if (id === null || !isText(username)) throw unexpectedAnswer(id === null ? 'a user' : `user ${id}`)
  return { id, username }
}

/** @param member whether the user belongs to the group: GitLab's lists contain members only */
export function readUser(node: JsonObject, member: boolean, warn: WarnOfUnknown): User {
  const { name, publicEmail } = node
  const named = readNamedUser(node)
  if (!isText(name)) throw unexpectedAnswer(`user ${named.id}`)
  return {
    ...named,
    name,
    email: isText(publicEmail) && publicEmail !== '' ? publicEmail : null,
    ...readStateAndType(node, warn),
    member,
    lastActivityOn: readDay(node['lastActivityOn']),
    lastDuoActivityOn: readDay(node['lastDuoActivityOn']),
  }
}

/** A newer GitLab may have more of both. A user in an unknown state or of an unknown type is not eligible. */
export function readStateAndType(
  { state, type }: JsonObject,
  warn: WarnOfUnknown,
): { state: UserState; type: string } {
  const read = { state: readValue(state), type: readValue(type) }
  for (const sentence of describeUnknownValues(read, 'GitLab')) warn(sentence)
  return read
}

const unknownValue = 'unknown'

/** A value of an enumeration, in lower case; `unknown` for anything else. */
function readValue(value: unknown): string {
  return isText(value) && /^\w{1,60}$/.test(value) ? value.toLowerCase() : unknownValue
}

/** @returns confirmed addresses as GitLab spells them; none for a caller without the right to see them */
export function readAddresses(node: JsonObject): UserAddress[] {
  const userId = parseGlobalId('User', node['id'])
  const emails = isJsonObject(node['emails']) ? listObjects(node['emails']['nodes']) : []
  return emails.flatMap(({ email, confirmedAt }) =>
    userId !== null && isText(email) && isText(confirmedAt) ? [{ userId, address: email }] : [],
  )
}

/** For the lists before 17.5. */
export function holdsSeat({ addOnAssignments }: JsonObject, purchaseGlobalId: string): boolean {
  const assignments = isJsonObject(addOnAssignments) ? listObjects(addOnAssignments['nodes']) : []
  return assignments.some(
    ({ addOnPurchase }) => isJsonObject(addOnPurchase) && addOnPurchase['id'] === purchaseGlobalId,
  )
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

export function readDay(value: unknown): Day | null {
  const day = isText(value) ? value.slice(0, 10) : ''
  return isDay(day) ? day : null
}

function readInstant(value: unknown): Instant | null {
  const date = new Date(isText(value) ? value : Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
