import { type DocumentNode, type GraphQLError, type GraphQLSchema, isScalarType, validate } from 'graphql'
import type { Offering } from '../domain/user.ts'
import { formatVersion, type GitLabVersion } from './gitlab-version.ts'
import { idScalars, readGlobalIdsIn } from './global-id.ts'
import { buildSchemaOfVersion } from './schema-of-version.ts'

const maxKnownQueries = 100

/** GitLab's seat API in one version, with the queries that were found valid: clients repeat a few. */
export class Schema {
  readonly graphql: GraphQLSchema
  readonly #valid = new Set<string>()

  constructor(version: GitLabVersion, offering: Offering) {
    this.graphql = buildSchemaOfVersion(version, offering)
    for (const name of idScalars) {
      const scalar = this.graphql.getType(name)
      if (isScalarType(scalar)) readGlobalIdsIn(scalar, name)
    }
  }

  /** @param query the text of the document */
  validate(query: string, document: DocumentNode): readonly GraphQLError[] {
    if (this.#valid.has(query)) return []
    const errors = validate(this.graphql, document)
    if (errors.length === 0 && this.#valid.size < maxKnownQueries) this.#valid.add(query)
    return errors
  }
}

/** Building a schema takes longer than most answers, and it never changes. */
const schemas = new Map<string, Schema>()

export function findSchema(version: GitLabVersion, offering: Offering): Schema {
  const key = `${formatVersion(version)} ${offering}`
  const schema = schemas.get(key) ?? new Schema(version, offering)
  schemas.set(key, schema)
  return schema
}
