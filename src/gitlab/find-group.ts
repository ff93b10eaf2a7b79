import { readField } from './answer-fields.ts'
import * as documents from './documents.ts'
import type { GraphqlClient } from './graphql-client.ts'
import { DeniedError } from './http/gitlab-error.ts'
import { isJsonObject, isText } from './http/json-object.ts'

export interface FoundGroup {
  /** Global id. */
  id: string
  /** In GitLab's own spelling: GitLab finds a group in any case. */
  path: string
}

/** @throws DeniedError if GitLab hides the group */
export async function findGroup(client: GraphqlClient, group: string): Promise<FoundGroup> {
  const data = await client.query(documents.readGroup, { group })
  const namespace = data && readField(data, 'namespace')
  if (isJsonObject(namespace) && isText(namespace['id'])) {
    const { id, fullPath } = namespace
    const isPath = isText(fullPath) && fullPath.toLowerCase() === group.toLowerCase()
    return { id, path: isPath ? fullPath : group }
  }
  throw new DeniedError(
    `The group ${group} does not exist, or GitLab hides it from this token.`,
    'Check the spelling of its path, and use a token of an Owner of the group.',
  )
}
