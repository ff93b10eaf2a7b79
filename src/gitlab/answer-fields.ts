import { UnreachableError } from './http/gitlab-error.ts'
import { isJsonObject, type JsonObject } from './http/json-object.ts'

/** @param what the part of an answer that does not match GitLab's schema */
export function unexpectedAnswer(what: string): UnreachableError {
  return new UnreachableError(
    `GitLab answered with ${what} that duo-seats cannot read.`,
    'Run it again with --debug, and report it with the version of GitLab.',
  )
}

/**
 * A field that a query has asked for. GitLab answers with null for what it hides.
 *
 * @throws UnreachableError for an answer without the field
 */
export function readField(data: JsonObject, name: string): unknown {
  if (data[name] === undefined) throw unexpectedAnswer(`data without ${name}`)
  return data[name]
}

/**
 * The entries of a connection, in which a missing entry would count as unknown.
 *
 * @throws UnreachableError for a list that is missing, or that hides an entry
 */
export function listNodes(connection: unknown, what: string): JsonObject[] {
  const nodes = isJsonObject(connection) ? connection['nodes'] : null
  if (!Array.isArray(nodes) || !nodes.every(isJsonObject)) throw unexpectedAnswer(what)
  return nodes
}
