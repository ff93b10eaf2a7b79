import { UserError } from '../errors.ts'
import * as documents from './documents.ts'
import { DeniedError } from './gitlab-error.ts'
import type { GraphqlClient } from './graphql-client.ts'
import type { Transport } from './http/transport.ts'
import { isJsonObject, isText, parseJson, readField } from './json-object.ts'

export interface Account {
  username: string
  /** Null if GitLab does not report them. */
  scopes: readonly string[] | null
}

interface AccountContext {
  client: GraphqlClient
  transport: Transport
}

export async function readAccount({ client, transport }: AccountContext): Promise<Account> {
  const data = await client.query(documents.readAccount)
  const user = data && readField(data, 'currentUser')
  if (isJsonObject(user) && isText(user['username']))
    return { username: user['username'], scopes: await readScopes(transport) }
  throw new DeniedError(
    'denied',
    `GitLab at ${transport.address.host} does not name the user of the token.`,
    'Create a token of an administrator or, on GitLab.com, of an Owner, with the scope api.',
  )
}

/** The scopes serve advice only, so they are not worth a long wait. */
const mostScopeAttempts = 6

/** @returns null after any failure */
async function readScopes(transport: Transport): Promise<string[] | null> {
  try {
    const { status, body } = await transport.send({
      name: 'ReadScopes',
      path: '/api/v4/personal_access_tokens/self',
      body: null,
      isMutation: false,
      mostAttempts: mostScopeAttempts,
    })
    const token = status === 200 ? parseJson(body) : null
    const scopes = isJsonObject(token) ? token['scopes'] : null
    return Array.isArray(scopes) && scopes.every(isText) ? scopes : null
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}
