import { GraphQLError } from 'graphql'

/** GitLab's codes in the field `errors` of a payload. The client must have a meaning for each. */
export type RefusalCode =
  | 'NO_SEATS_AVAILABLE'
  | 'INVALID_USER_MEMBERSHIP'
  | 'INVALID_USER_ID_PRESENT'
  | 'NOT_ENOUGH_SEATS'
  | 'NO_ASSIGNMENTS_FOUND'

/** For anything forbidden, unknown or expired. GitLab does not distinguish these. */
export function notAvailable(): GraphQLError {
  return new GraphQLError(
    "The resource that you are attempting to access does not exist or you don't have permission to perform this action",
  )
}

export function notRootNamespace(): GraphQLError {
  return new GraphQLError('Add on eligible users can only be queried on a root namespace')
}

export function tooManyIds(limit: number, verb: 'assigned' | 'unassigned'): GraphQLError {
  return new GraphQLError(
    `The number of users to be ${verb} in a single API call should be less than ${limit}.`,
  )
}
