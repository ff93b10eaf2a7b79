import { userFields } from './user-fields.ts'

/*
 * All GraphQL documents of a fixed form. A field or argument that a GitLab does not support fails the whole document, so
 * versions that differ have a document each.
 */

/** Almost all of the seat API is an experiment, which GitLab's introspection counts as deprecated and hides by default. */
export const connect = `query Connect {
  metadata { version enterprise }
  currentUser { id username }
  queryComplexity { score limit }
  query: __type(name: "Query") { ...FieldsWithArguments }
  namespace: __type(name: "Namespace") { ...FieldsWithArguments }
  mutation: __type(name: "Mutation") { fields(includeDeprecated: true) { name } }
  user: __type(name: "AddOnUser") { fields(includeDeprecated: true) { name } }
  addOnType: __type(name: "GitlabSubscriptionsAddOnType") { enumValues(includeDeprecated: true) { name } }
  memberRelation: __type(name: "GroupMemberRelation") { enumValues(includeDeprecated: true) { name } }
}
fragment FieldsWithArguments on __Type {
  fields(includeDeprecated: true) { name args(includeDeprecated: true) { name } }
}`

export const readLicense = `query ReadLicense {
  currentLicense { plan lastSync }
}`

export const readGroup = `query ReadGroup($group: ID!) {
  namespace(fullPath: $group) { id fullPath }
}`

/* A probe is refused to a caller without the right to manage seats. It needs no purchase, and reads a single user. */

const probe = (field: string, purchaseIds = '') =>
  `users: ${field}(addOnType: CODE_SUGGESTIONS${purchaseIds}, first: 1) { pageInfo { hasNextPage } }`

export const probeInstance = `query ProbeInstance {
  ${probe('selfManagedAddOnEligibleUsers', ', addOnPurchaseIds: []')}
}`

export const probeGroup = `query ProbeGroup($group: ID!) {
  namespace(fullPath: $group) { ${probe('addOnEligibleUsers', ', addOnPurchaseIds: []')} }
}`

/** Before 17.5. */
export const probeOldInstance = `query ProbeOldInstance {
  ${probe('selfManagedAddOnEligibleUsers')}
}`

export const probeOldGroup = `query ProbeOldGroup($group: ID!) {
  namespace(fullPath: $group) { ${probe('addOnEligibleUsers')} }
}`

const purchaseFields = `fragment PurchaseFields on AddOnPurchase { id name purchasedQuantity assignedQuantity }`

export const readPurchases = `query ReadPurchases($namespaceId: NamespaceID) {
  addOnPurchases(namespaceId: $namespaceId) { ...PurchaseFields }
}
${purchaseFields}`

/** Before 17.3. */
export const readPurchaseOfType = `query ReadPurchaseOfType(
  $addOnType: GitlabSubscriptionsAddOnType!
  $namespaceId: NamespaceID
) {
  addOnPurchase(addOnType: $addOnType, namespaceId: $namespaceId) { ...PurchaseFields }
}
${purchaseFields}`

/** Only the first page has the count, which costs GitLab a query of its own. */
const page = `count @include(if: $isFirst) pageInfo { endCursor hasNextPage }`

/** GitLab may need a query for each user. Left out for callers without the right to see addresses. */
const addresses = `emails @include(if: $withAddresses) { nodes { email confirmedAt } }`

const withAddresses = '  $withAddresses: Boolean!\n'

const pageWithDuoActivity = `fragment Page on AddOnUserConnection {
  ${page} nodes { ${userFields} ${addresses} lastDuoActivityOn }
}`

const pageWithoutDuoActivity = `fragment Page on AddOnUserConnection {
  ${page} nodes { ${userFields} ${addresses} }
}`

const pageOfNames = `fragment Page on AddOnUserConnection { ${page} nodes { id username } }`

const pageWithSeats = `fragment Page on AddOnUserConnection {
  ${page}
  nodes {
    ${userFields}
    ${addresses}
    addOnAssignments(addOnPurchaseIds: $addOnPurchaseIds) { nodes { addOnPurchase { id } } }
  }
}`

/** A purchase that has expired has no holders, and no error, so each page shows the active purchases as well. */
const filterUsersOfInstance = (addressVariable = '') => `query ReadUsersOfInstance(
  $addOnType: GitlabSubscriptionsAddOnType!
  $addOnPurchaseIds: [GitlabSubscriptionsAddOnPurchaseID!]!
  $holdsSeat: String!
  $after: String
  $isFirst: Boolean!
${addressVariable}) {
  purchases: addOnPurchases { id }
  users: selfManagedAddOnEligibleUsers(
    addOnType: $addOnType
    addOnPurchaseIds: $addOnPurchaseIds
    filterByAssignedSeat: $holdsSeat
    sort: ID_ASC
    first: 100
    after: $after
  ) { ...Page }
}`

const filterUsersOfGroup = (addressVariable = '') => `query ReadUsersOfGroup(
  $group: ID!
  $namespaceId: NamespaceID!
  $addOnType: GitlabSubscriptionsAddOnType!
  $addOnPurchaseIds: [GitlabSubscriptionsAddOnPurchaseID!]!
  $holdsSeat: String!
  $after: String
  $isFirst: Boolean!
${addressVariable}) {
  purchases: addOnPurchases(namespaceId: $namespaceId) { id }
  namespace(fullPath: $group) {
    users: addOnEligibleUsers(
      addOnType: $addOnType
      addOnPurchaseIds: $addOnPurchaseIds
      filterByAssignedSeat: $holdsSeat
      sort: ID_ASC
      first: 100
      after: $after
    ) { ...Page }
  }
}`

/** Since 18.0. */
export const readUsersOfInstance = `${filterUsersOfInstance(withAddresses)}
${pageWithDuoActivity}`

export const readUsersOfGroup = `${filterUsersOfGroup(withAddresses)}
${pageWithDuoActivity}`

/** From 17.5 on. */
export const readHoldersOfInstance = `${filterUsersOfInstance()}
${pageOfNames}`

export const readHoldersOfGroup = `${filterUsersOfGroup()}
${pageOfNames}`

export const readUsersOfInstanceWithoutDuoActivity = `${filterUsersOfInstance(withAddresses)}
${pageWithoutDuoActivity}`

export const readUsersOfGroupWithoutDuoActivity = `${filterUsersOfGroup(withAddresses)}
${pageWithoutDuoActivity}`

/** Before 17.5: eligible users, with their seats. */
export const readEligibleUsersOfInstance = `query ReadEligibleUsersOfInstance(
  $addOnType: GitlabSubscriptionsAddOnType!
  $addOnPurchaseIds: [GitlabSubscriptionsAddOnPurchaseID!]!
  $after: String
  $isFirst: Boolean!
  $withAddresses: Boolean!
) {
  users: selfManagedAddOnEligibleUsers(addOnType: $addOnType, first: 100, after: $after) { ...Page }
}
${pageWithSeats}`

export const readEligibleUsersOfGroup = `query ReadEligibleUsersOfGroup(
  $group: ID!
  $addOnType: GitlabSubscriptionsAddOnType!
  $addOnPurchaseIds: [GitlabSubscriptionsAddOnPurchaseID!]!
  $after: String
  $isFirst: Boolean!
  $withAddresses: Boolean!
) {
  namespace(fullPath: $group) {
    users: addOnEligibleUsers(addOnType: $addOnType, first: 100, after: $after) { ...Page }
  }
}
${pageWithSeats}`

export const findUsersByUsername = `query FindUsersByUsername($usernames: [String!]!) {
  users(usernames: $usernames, first: 100) { nodes { ${userFields} } }
}`

export const findUsersById = `query FindUsersById($ids: [ID!]!) {
  users(ids: $ids, first: 100) { nodes { ${userFields} } }
}`

/** Another caller than an administrator sees only their own addresses. */
export const readAddresses = `query ReadAddresses($ids: [ID!]!) {
  users(ids: $ids, first: 100) { nodes { id emails { nodes { email confirmedAt } } } }
}`

/** Several relations in one query are de-duplicated. Only facts that decide are selected: complexity grows with the page. */
export const readGroupMembers = `query ReadGroupMembers(
  $group: ID!
  $relations: [GroupMemberRelation!]!
  $after: String
) {
  group(fullPath: $group) {
    fullPath
    groupMembers(relations: $relations, first: 100, after: $after) {
      pageInfo { endCursor hasNextPage }
      nodes { accessLevel { integerValue } expiresAt user { id username state type } }
    }
  }
}`

/** For an administrator, GitLab finds the user of a private address, also of one that is not confirmed. */
export const findUsersByAddress = `query FindUsersByAddress($address: String!) {
  users(search: $address, first: 20) { nodes { ${userFields} emails { nodes { email confirmedAt } } } }
}`

/* Mutations select the errors only: to return 100 users would cost GitLab queries. */

export const giveSeats = `mutation GiveSeats($addOnPurchaseId: GitlabSubscriptionsAddOnPurchaseID!, $userIds: [UserID!]!) {
  give: userAddOnAssignmentBulkCreate(input: { addOnPurchaseId: $addOnPurchaseId, userIds: $userIds }) { errors }
}`

export const giveSeat = `mutation GiveSeat($addOnPurchaseId: GitlabSubscriptionsAddOnPurchaseID!, $userId: UserID!) {
  give: userAddOnAssignmentCreate(input: { addOnPurchaseId: $addOnPurchaseId, userId: $userId }) { errors }
}`

export const takeSeats = `mutation TakeSeats($addOnPurchaseId: GitlabSubscriptionsAddOnPurchaseID!, $userIds: [UserID!]!) {
  take: userAddOnAssignmentBulkRemove(input: { addOnPurchaseId: $addOnPurchaseId, userIds: $userIds }) { errors }
}`

export const takeSeat = `mutation TakeSeat($addOnPurchaseId: GitlabSubscriptionsAddOnPurchaseID!, $userId: UserID!) {
  take: userAddOnAssignmentRemove(input: { addOnPurchaseId: $addOnPurchaseId, userId: $userId }) { errors }
}`
