import type { IncomingMessage } from 'node:http'
import { type DocumentNode, GraphQLError, Kind } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import { complexityLimit, mostQueryCharacters, type QueryContext, scoreQuery } from './query-complexity.ts'
import { createSchema } from './schema.ts'
import type { ServedGitLab } from './served-gitlab.ts'
import { sayAsGitLab } from './validation-words.ts'

export const endpointPath = '/api/graphql'

/** What one request told of itself. */
export interface GraphqlCall extends QueryContext {
  operationName?: string | null
}

/** Carries a request out, whether or not anybody waits for the answer. */
export type GraphqlEndpoint = (request: IncomingMessage, call: GraphqlCall) => Promise<Response>

/** @param onFailure gets what is a bug or a failure of the store; the answer says no more than GitLab's would */
export function createGraphqlEndpoint(
  gitlab: ServedGitLab,
  onFailure: (error: unknown) => void,
): GraphqlEndpoint {
  const silent = () => {}
  const yoga = createYoga<GraphqlCall>({
    schema: createSchema(gitlab),
    graphqlEndpoint: endpointPath,
    plugins: [limitQueries, wordFailures],
    maskedErrors: { errorMessage: 'Internal server error' },
    logging: { debug: silent, info: silent, warn: silent, error: onFailure },
    landingPage: false,
    graphiql: false,
    multipart: false,
    cors: false,
  })
  return async (request, call) => {
    // GitLab answers with 200 whatever stands in the answer; yoga does so for this type only.
    request.headers.accept = 'application/json'
    return yoga.handleNodeRequest(request, call)
  }
}

const limitQueries: Plugin<GraphqlCall> = {
  onParams({ params: { query, operationName }, context, setResult }) {
    if (operationName) (context as GraphqlCall).operationName = operationName
    if (query !== undefined && query.length > mostQueryCharacters)
      setResult({
        errors: [new GraphQLError('Query too large', { extensions: { http: { status: 422 } } })],
      })
  },
  onExecute({ args, setResultAndStopExecution }) {
    const call: GraphqlCall = args.contextValue
    const document: DocumentNode = args.document
    call.operationName ??= findOperationName(document)
    const refusal = findRefusal(call, document, args.operationName ?? null)
    if (refusal !== null) setResultAndStopExecution({ errors: [new GraphQLError(refusal)] })
  },
}

/** Scores the operation; the words are GitLab's. */
function findRefusal(call: GraphqlCall, document: DocumentNode, name: string | null): string | null {
  call.score = scoreQuery(document, name)
  return call.score > complexityLimit
    ? `Query has complexity of ${call.score}, which exceeds max complexity of ${complexityLimit}`
    : null
}

const wordFailures: Plugin = {
  onValidate:
    () =>
    ({ valid, result, setResult }) => {
      if (!valid) setResult((result as readonly GraphQLError[]).map(sayAsGitLab))
    },
  onExecutionResult({ result, setResult, context }) {
    if (result === undefined || !('errors' in result)) return
    // A query that was refused before it was read has no parameters here, whatever the type says.
    const { params } = context as Partial<typeof context>
    const errors = result.errors?.map((error) => withoutStatus(error as GraphQLError, params?.operationName))
    if (errors !== undefined) setResult({ ...result, errors })
  },
}

/** GitLab answers with 200 where yoga has another status in mind: a variable of the wrong type, an operation that is not there. */
function withoutStatus(error: GraphQLError, operationName: string | undefined): GraphQLError {
  if (error.extensions['code'] === 'OPERATION_RESOLUTION_FAILURE') return sayUnresolved(operationName)
  const isAboutVariable = error.message.startsWith('Variable "$')
  return isAboutVariable ? new GraphQLError(error.message, { nodes: error.nodes ?? [] }) : error
}

/** A document with several operations, of which none is chosen. */
function sayUnresolved(name: string | undefined): GraphQLError {
  return new GraphQLError(name ? `No operation named "${name}"` : 'An operation name is required')
}

function findOperationName({ definitions }: DocumentNode): string | null {
  for (const definition of definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION && definition.name) return definition.name.value
  return null
}
