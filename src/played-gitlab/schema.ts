import { type GraphQLObjectType, type GraphQLSchema, isScalarType } from 'graphql'
import { idScalars, readGlobalIdsIn } from './global-id.ts'
import { createMutations } from './mutations.ts'
import { createQueries, type Resolver } from './queries.ts'
import { complexityLimit, type QueryContext } from './query-complexity.ts'
import { buildSchemaOfVersion } from './schema-of-version.ts'
import type { ServedGitLab } from './served-gitlab.ts'

/** GitLab's seat API over a store. Below the fields of `Query` and `Mutation`, objects answer for themselves. */
export function createSchema(gitlab: ServedGitLab): GraphQLSchema {
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

/** A release may lack some of the fields. */
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
