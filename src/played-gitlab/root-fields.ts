import { createMutations } from './mutations.ts'
import type { PlayedGitLab } from './played-gitlab.ts'
import { createQueries } from './queries.ts'
import { complexityLimit, type QueryContext } from './query-complexity.ts'

/** The fields of `Query` and `Mutation` in any version. Objects have methods for the fields below. */
export function createRootFields(gitlab: PlayedGitLab) {
  return {
    ...createQueries(gitlab),
    ...createMutations(gitlab),
    queryComplexity: (_args: object, { score }: QueryContext) => ({ score, limit: complexityLimit }),
  }
}
