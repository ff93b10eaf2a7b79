/*
 * Everything that GitLab is asked, in GraphQL. A field or argument that a GitLab does not know fails the whole document: where
 * versions differ there is a document for each. The documents are static; what changes goes in as variables.
 */

/**
 * What this GitLab can do. Almost everything about seats is an experiment, which GitLab's introspection counts as deprecated and
 * hides unless it is asked to tell.
 */
export const connect = `query Connect {
  metadata { version enterprise }
  queryComplexity { score limit }
  query: __type(name: "Query") { ...FieldsWithArguments }
  namespace: __type(name: "Namespace") { ...FieldsWithArguments }
  mutation: __type(name: "Mutation") { fields(includeDeprecated: true) { name } }
  user: __type(name: "AddOnUser") { fields(includeDeprecated: true) { name } }
  addOnType: __type(name: "GitlabSubscriptionsAddOnType") { enumValues(includeDeprecated: true) { name } }
}
fragment FieldsWithArguments on __Type {
  fields(includeDeprecated: true) { name args(includeDeprecated: true) { name } }
}`

export const readAccount = `query ReadAccount {
  currentUser { username }
}`

export const readLicense = `query ReadLicense {
  currentLicense { plan type lastSync expiresAt }
}`

export const readGroup = `query ReadGroup($group: ID!) {
  namespace(fullPath: $group) { id }
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

/** Every page but the first one goes without the count, which costs GitLab a query of its own. */
const page = `count @include(if: $isFirst) pageInfo { endCursor hasNextPage }`

const userFields = `id username name publicEmail state type lastActivityOn`

const pageWithDuoActivity = `fragment Page on AddOnUserConnection {
  ${page} nodes { ${userFields} lastDuoActivityOn }
}`

const pageWithoutDuoActivity = `fragment Page on AddOnUserConnection {
  ${page} nodes { ${userFields} }
}`

const pageWithSeats = `fragment Page on AddOnUserConnection {
  ${page}
  nodes {
    ${userFields}
    addOnAssignments(addOnPurchaseIds: $addOnPurchaseIds) { nodes { addOnPurchase { id } } }
  }
}`

const filteredUsersOfInstance = `query ReadUsersOfInstance(
  $addOnType: GitlabSubscriptionsAddOnType!
  $addOnPurchaseIds: [GitlabSubscriptionsAddOnPurchaseID!]!
  $holdsSeat: String!
  $after: String
  $isFirst: Boolean!
) {
  users: selfManagedAddOnEligibleUsers(
    addOnType: $addOnType
    addOnPurchaseIds: $addOnPurchaseIds
    filterByAssignedSeat: $holdsSeat
    sort: ID_ASC
    first: 100
    after: $after
  ) { ...Page }
}`

const filteredUsersOfGroup = `query ReadUsersOfGroup(
  $group: ID!
  $addOnType: GitlabSubscriptionsAddOnType!
  $addOnPurchaseIds: [GitlabSubscriptionsAddOnPurchaseID!]!
  $holdsSeat: String!
  $after: String
  $isFirst: Boolean!
) {
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
export const readUsersOfInstance = `${filteredUsersOfInstance}
${pageWithDuoActivity}`

export const readUsersOfGroup = `${filteredUsersOfGroup}
${pageWithDuoActivity}`

/** From 17.5 on. */
export const readUsersOfInstanceWithoutDuoActivity = `${filteredUsersOfInstance}
${pageWithoutDuoActivity}`

export const readUsersOfGroupWithoutDuoActivity = `${filteredUsersOfGroup}
${pageWithoutDuoActivity}`

/** Before 17.5: eligible users, and which of them hold a seat. */
export const readEligibleUsersOfInstance = `query ReadEligibleUsersOfInstance(
  $addOnType: GitlabSubscriptionsAddOnType!
  $addOnPurchaseIds: [GitlabSubscriptionsAddOnPurchaseID!]!
  $after: String
  $isFirst: Boolean!
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

/* Changes ask for the errors alone: whose seats they are about is known, and reading 100 users back would cost GitLab queries. */

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
