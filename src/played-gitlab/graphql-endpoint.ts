import type { IncomingMessage } from 'node:http'
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  getOperationAST,
  Kind,
  parse,
} from 'graphql'
import { type Answer, answerError, answerJson } from './answer.ts'
import type { PlayedGitLab } from './played-gitlab.ts'
import { complexityLimit, scoreQuery } from './query-complexity.ts'
import { type GraphqlRequest, RefusedRequest, readGraphqlRequest } from './read-graphql-request.ts'
import { createRootFields } from './root-fields.ts'
import { findSchema, type Schema } from './schema.ts'
import { translateValidationError } from './translate-validation-error.ts'

export const endpointPath = '/api/graphql'

interface AnsweredOperation {
  answer: Answer
  /** For the log, as the client sent it; null without a name. */
  operationName: string | null
}

/** @param pause awaited between the reading of the request and the work */
export type GraphqlEndpoint = (
  request: IncomingMessage,
  pause?: () => Promise<void>,
) => Promise<AnsweredOperation>

/** @param onFailure receives bugs and failures of the store, which the answer does not describe */
export function createGraphqlEndpoint(
  gitlab: PlayedGitLab,
  onFailure: (error: unknown) => void,
): GraphqlEndpoint {
  const { version, offering } = gitlab.role
  const api = { schema: findSchema(version, offering), rootFields: createRootFields(gitlab) }
  return async (request, pause) => {
    try {
      const asked = await readGraphqlRequest(request)
      await pause?.()
      if (!Array.isArray(asked)) {
        const { result, operationName } = await runRequest(api, asked)
        return { answer: answerResult(result, onFailure), operationName }
      }
      const runs: RunOperation[] = []
      for (const each of asked) runs.push(await runRequest(api, each))
      return answerAll(runs, onFailure)
    } catch (error) {
      if (!(error instanceof RefusedRequest)) throw error
      return { answer: answerError(error.status, error.message), operationName: null }
    }
  }
}

interface Api {
  schema: Schema
  rootFields: object
}

interface RunOperation {
  result: ExecutionResult
  operationName: string | null
}

async function runRequest(api: Api, request: GraphqlRequest): Promise<RunOperation> {
  const document = parseQuery(request.query)
  if (document instanceof GraphQLError)
    return { result: { errors: [document] }, operationName: request.operationName }
  return {
    result: await runDocument(api, document, request),
    operationName: request.operationName || findOperationName(document),
  }
}

/** Far deeper than a query can be, and far from the end of the stack. */
const mostNested = 200

function parseQuery(query: string): DocumentNode | GraphQLError {
  const depth = measureDepth(query)
  if (depth > mostNested)
    return new GraphQLError(`Query has depth of ${depth}, which exceeds max depth of ${mostNested}`)
  try {
    return parse(query)
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const { message, source, positions } = error
    return new GraphQLError(message, { source, positions, extensions: { code: 'GRAPHQL_PARSE_FAILED' } })
  }
}

/** Counts brackets outside of texts and comments, closed or not. */
function measureDepth(query: string): number {
  let [depth, most] = [0, 0]
  const bare = query.replaceAll(/"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#.*/g, '')
  for (const [bracket] of bare.matchAll(/[()[\]{}]/g)) {
    depth += '([{'.includes(bracket) ? 1 : -1
    most = Math.max(most, depth)
  }
  return most
}

async function runDocument(
  { schema, rootFields }: Api,
  document: DocumentNode,
  { query, operationName, variables, isGet }: GraphqlRequest,
): Promise<ExecutionResult> {
  const errors = schema.validate(query, document)
  if (errors.length > 0) return { errors: errors.map(translateValidationError) }
  const operation = getOperationAST(document, operationName)
  if (!operation) return fail(describeUnresolved(operationName))
  if (isGet && operation.operation === 'mutation')
    throw new RefusedRequest(422, 'Mutations are forbidden in GET requests')
  const score = scoreQuery(document, operationName)
  if (score > complexityLimit)
    return fail(`Query has complexity of ${score}, which exceeds max complexity of ${complexityLimit}`)
  return execute({
    schema: schema.graphql,
    document,
    rootValue: rootFields,
    operationName,
    variableValues: variables,
    contextValue: { score },
  })
}

function fail(message: string): ExecutionResult {
  return { errors: [new GraphQLError(message)] }
}

function describeUnresolved(operationName: string | null): string {
  return operationName === null ? 'An operation name is required' : `No operation named "${operationName}"`
}

function findOperationName({ definitions }: DocumentNode): string | null {
  for (const definition of definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION && definition.name) return definition.name.value
  return null
}

/** As a list in the order of the operations. */
function answerAll(runs: readonly RunOperation[], onFailure: (error: unknown) => void): AnsweredOperation {
  const results = runs.map(({ result }) => result)
  const names = runs.flatMap(({ operationName }) => operationName ?? [])
  const failed = results.find((result) => findUnexpected(result) !== undefined)
  return {
    answer: failed === undefined ? answerJson(200, results) : answerResult(failed, onFailure),
    operationName: names.length === 0 ? null : names.join(', '),
  }
}

function findUnexpected({ errors = [] }: ExecutionResult): Error | undefined {
  const failures = errors.flatMap(({ originalError }) => originalError ?? [])
  return failures.find((error) => !(error instanceof GraphQLError))
}

/** GitLab answers 200 with the errors of the query, and 500 without details when it fails itself. */
function answerResult(result: ExecutionResult, onFailure: (error: unknown) => void): Answer {
  const unexpected = findUnexpected(result)
  if (unexpected === undefined) return answerJson(200, result)
  onFailure(unexpected)
  return answerError(500, 'Internal server error')
}
