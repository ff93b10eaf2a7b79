import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

/** GitLab does not count variables. */
const maxQueryCharacters = 10_000

export interface GraphqlRequest {
  isGet: boolean
  query: string
  operationName: string | null
  variables: Record<string, unknown>
}

/** Answered without GraphQL, by an HTTP status of its own. */
export class RefusedRequest extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** @returns a list for a JSON array of operations, which GitLab answers one by one. May throw a RefusedRequest. */
export async function readGraphqlRequest(
  request: IncomingMessage,
): Promise<GraphqlRequest | GraphqlRequest[]> {
  const parameters = await readParameters(request)
  return Array.isArray(parameters)
    ? parameters.map((each) => toGraphqlRequest(requireObject(each), request))
    : toGraphqlRequest(parameters, request)
}

function toGraphqlRequest(
  { query, operationName, variables }: Record<string, unknown>,
  request: IncomingMessage,
): GraphqlRequest {
  if (typeof query !== 'string') throw new RefusedRequest(200, 'No query string was present')
  if (query.length > maxQueryCharacters) throw new RefusedRequest(422, 'Query too large')
  return {
    isGet: request.method === 'GET',
    query,
    operationName: typeof operationName === 'string' ? operationName : null,
    variables: readVariables(variables),
  }
}

/** Takes JSON, a form or the query of a GET; ignores unknown parameters, like GitLab. */
async function readParameters(request: IncomingMessage): Promise<Record<string, unknown> | unknown[]> {
  if (request.method === 'GET') return parseForm(/\?(.*)$/s.exec(request.url ?? '')?.[1] ?? '')
  if (request.method !== 'POST') throw new RefusedRequest(405, 'Use GET or POST.')
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded') return parseForm(await text(request))
  if (type !== 'application/json') throw new RefusedRequest(415, 'The content type must be application/json.')
  const body = parseJson(await text(request), 400, 'The body is not valid JSON.')
  return Array.isArray(body) && body.length > 0 ? body : requireObject(body)
}

function requireObject(value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw new RefusedRequest(400, 'The body is not a JSON object.')
  return value
}

/** GitLab takes an object or, as forms hold it, the JSON text of one. */
function readVariables(value: unknown): Record<string, unknown> {
  if (value === null || value === undefined || value === '') return {}
  if (typeof value === 'string')
    return readVariables(parseJson(value, 422, 'The variables are not valid JSON.'))
  if (!isObject(value)) throw new RefusedRequest(422, `Unexpected parameter: ${JSON.stringify(value)}`)
  return value
}

function parseForm(form: string): Record<string, unknown> {
  return Object.fromEntries(new URLSearchParams(form))
}

function parseJson(json: string, status: number, refusal: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new RefusedRequest(status, refusal)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
