import { userFields } from './user-fields.ts'

/** The parts of a question about users, of which each request has some. */
interface QuestionForm {
  byUsername: boolean
  byId: boolean
  searches: number
  /** Users of a group, or else of the instance. */
  inGroup: boolean
  /** Searches the holders (17.5), or else the eligible users. */
  filtersBySeat: boolean
}

/** With searches of holders the shown purchases are asked for: one that has expired has no holders, and no error. */
export function asksForPurchases({ searches, filtersBySeat }: QuestionForm): boolean {
  return searches > 0 && filtersBySeat
}

/** Nodes of a search. GitLab sorts a user with exactly that username first. */
export const usersPerSearch = 10

/**
 * GitLab's limit of 250 allows so many: with 5 for a search and 1 % for each node of a page, one search of holders counts 8, one
 * of eligible users 13, and two look-ups 38 (`app/graphql/types/base_field.rb`).
 */
export function countUsersPerQuestion({ filtersBySeat }: Pick<QuestionForm, 'filtersBySeat'>): number {
  return filtersBySeat ? 20 : 12
}

/** The searches are `search0`, `search1` and so on, in the group or at the top. */
export function composeQuestion(form: QuestionForm): string {
  const { byUsername, byId, searches, inGroup } = form
  const numbers = Array.from({ length: searches }, (_, number) => number)
  const lists = numbers.map((number) => composeSearch(number, form)).join('\n  ')
  const parts: [isPart: boolean, variables: string, field: string][] = [
    [byUsername, '$usernames: [String!]!', 'byUsername: users(usernames: $usernames) { ...LookedUp }'],
    [byId, '$ids: [ID!]!', 'byId: users(ids: $ids) { ...LookedUp }'],
    [
      asksForPurchases(form),
      inGroup ? '$namespaceId: NamespaceID!' : '',
      `purchases: addOnPurchases${inGroup ? '(namespaceId: $namespaceId)' : ''} { id }`,
    ],
    [searches > 0 && inGroup, '$group: ID!', `namespace(fullPath: $group) {\n  ${lists}\n  }`],
    [searches > 0 && !inGroup, '', lists],
    [
      searches > 0,
      [purchaseVariables, ...numbers.map((number) => `$text${number}: String!`)].join('\n  '),
      '',
    ],
  ]
  const own = parts.filter(([isPart]) => isPart)
  return `query AskAboutUsers(
  ${own.map(([, variables]) => variables).join('\n  ')}
) {
  ${own.map(([, , field]) => field).join('\n  ')}
}
${byUsername || byId ? `fragment LookedUp on UserCoreConnection { nodes { ${userFields} } }` : ''}
${searches > 0 ? `fragment Searched on AddOnUserConnection { nodes { ${form.filtersBySeat ? 'id' : idWithSeat} } }` : ''}`
}

const purchaseVariables = `$addOnType: GitlabSubscriptionsAddOnType!
  $addOnPurchaseIds: [GitlabSubscriptionsAddOnPurchaseID!]!`

const idWithSeat = `id addOnAssignments(addOnPurchaseIds: $addOnPurchaseIds, first: 1) { nodes { addOnPurchase { id } } }`

function composeSearch(number: number, { inGroup, filtersBySeat }: QuestionForm): string {
  const filter = filtersBySeat ? 'addOnPurchaseIds: $addOnPurchaseIds, filterByAssignedSeat: "true", ' : ''
  return `search${number}: ${inGroup ? 'addOnEligibleUsers' : 'selfManagedAddOnEligibleUsers'}(
    addOnType: $addOnType, ${filter}search: $text${number}, first: ${usersPerSearch}
  ) { ...Searched }`
}
