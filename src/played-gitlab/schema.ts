import { type GraphQLObjectType, type GraphQLSchema, isScalarType } from 'graphql'
import { idScalars, readGlobalIdsIn } from './global-id.ts'
import { createMutations } from './mutations.ts'
import type { PlayedGitLab } from './played-gitlab.ts'
import { createQueries, type Resolver } from './queries.ts'
import { complexityLimit, type QueryContext } from './query-complexity.ts'
import { buildSchemaOfVersion } from './schema-of-version.ts'

/** GitLab's seat API. Only the fields of `Query` and `Mutation` get resolvers; objects have methods for the fields below. */
export function createSchema(gitlab: PlayedGitLab): GraphQLSchema {
  const schema = buildSchemaOfVersion(gitlab.role.version, gitlab.role.offering)
  for (const name of idScalars) {
    const scalar = schema.getType(name)
    if (isScalarType(scalar)) readGlobalIdsIn(scalar, name)
  }
  resolveFields(schema.getQueryType(), createQueries(gitlab))
  resolveFields(schema.getMutationType(), createMutations(gitlab))
  const complexity = schema.getQueryType()?.getFields()['queryComplexity']
  if (complexity !== undefined)
    complexity.resolve = (_root, _args, { score }: QueryContext) => ({ score, limit: complexityLimit })
  return schema
}

/** Skips fields that the version lacks. */
function resolveFields(
  type: GraphQLObjectType | null | undefined,
  resolvers: Record<string, Resolver<never>>,
): void {
  const fields = type?.getFields() ?? {}
  for (const [name, resolve] of Object.entries(resolvers)) {
    const field = fields[name]
    if (field !== undefined) field.resolve = (_root, args) => resolve(args as never)
  }
}
