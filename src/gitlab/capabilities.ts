import { type AddOn, addOnNames, addOns } from '../domain/add-on.ts'
import { unexpectedAnswer } from './answer-fields.ts'
import { isJsonObject, isText, type JsonObject, listObjects } from './http/json-object.ts'

export interface Capabilities {
  /** `addOnPurchases` (17.3), else `addOnPurchase(addOnType:)`. */
  listsPurchases: boolean
  /** One of the two (16.7). */
  showsPurchases: boolean
  /** `addOnPurchaseIds`, `filterByAssignedSeat` and `sort` of the lists of users (17.5). */
  filtersBySeat: boolean
  /** `lastDuoActivityOn` (18.0). */
  reportsDuoActivity: boolean
  /** `userAddOnAssignmentBulkCreate` (16.11 on GitLab.com, about 17.3 on Self-Managed). */
  givesInBulk: boolean
  /** `userAddOnAssignmentCreate` (16.8). */
  givesSeats: boolean
  /** `userAddOnAssignmentBulkRemove` (16.11 on GitLab.com, about 17.3 on Self-Managed). */
  takesInBulk: boolean
  /** `userAddOnAssignmentRemove` (16.8). */
  takesSeats: boolean
  /** `selfManagedAddOnEligibleUsers` (16.7) or, of a group, `addOnEligibleUsers` (16.5). */
  listsUsers: boolean
  /** 100; 50 before 17.6; 1 without a bulk mutation. */
  idsPerCall: number
  /** Add-ons whose purchases can be queried. */
  addOns: readonly AddOn[]
  /** The values of `GroupMemberRelation`; [] without the enum, which `groupMembers(relations:)` needs. */
  memberRelations: readonly string[]
}

/**
 * @param introspection data of the document `Connect`
 * @param version of `metadata`; the schema does not show how many ids a call accepts
 * @throws UnreachableError without the types that every GitLab has: it would look like a version without the API
 */
export function readCapabilities(
  introspection: JsonObject,
  version: string,
  { group }: { group: string | null },
): Capabilities {
  if (!isJsonObject(introspection['query']) || !isJsonObject(introspection['mutation']))
    throw unexpectedAnswer('a schema')
  const query = readFields(introspection['query'])
  const mutation = readFields(introspection['mutation'])
  const users =
    group === null
      ? query.get('selfManagedAddOnEligibleUsers')
      : readFields(introspection['namespace']).get('addOnEligibleUsers')
  const givesInBulk = mutation.has('userAddOnAssignmentBulkCreate')
  return {
    listsPurchases: query.has('addOnPurchases'),
    showsPurchases: query.has('addOnPurchases') || query.has('addOnPurchase'),
    filtersBySeat: ['addOnPurchaseIds', 'filterByAssignedSeat', 'sort'].every((name) =>
      users?.includes(name),
    ),
    reportsDuoActivity: readFields(introspection['user']).has('lastDuoActivityOn'),
    givesInBulk,
    givesSeats: mutation.has('userAddOnAssignmentCreate'),
    takesInBulk: mutation.has('userAddOnAssignmentBulkRemove'),
    takesSeats: mutation.has('userAddOnAssignmentRemove'),
    listsUsers: users !== undefined,
    idsPerCall: givesInBulk ? limitIds(version) : 1,
    addOns: listAddOns(introspection['addOnType']),
    memberRelations: listValues(introspection['memberRelation']),
  }
}

/** The names of the arguments by field; empty for an unknown type. */
function readFields(type: unknown): Map<string, string[]> {
  const [found = {}] = listObjects([type])
  return new Map(
    listObjects(found['fields']).map(({ name, args }) => [
      String(name),
      listObjects(args).map(({ name }) => String(name)),
    ]),
  )
}

/** A version that cannot be parsed counts as old: fewer ids are accepted everywhere. */
function limitIds(version: string): number {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(version) ?? []
  return Number(major) > 17 || (Number(major) === 17 && Number(minor) >= 6) ? 100 : 50
}

function listAddOns(type: unknown): AddOn[] {
  const names = listValues(type)
  return addOnNames.filter((addOn) => names.includes(addOns[addOn].type))
}

/** [] for an unknown type. */
function listValues(type: unknown): string[] {
  const [found = {}] = listObjects([type])
  return listObjects(found['enumValues'])
    .map(({ name }) => name)
    .filter(isText)
}
