import { type Day, isDay } from '../domain/day.ts'
import type { TokenUser } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import { parseGlobalId } from './global-id.ts'
import type { GraphqlClient } from './graphql-client.ts'
import { DeniedError } from './http/gitlab-error.ts'
import { isJsonObject, isText, type JsonObject } from './http/json-object.ts'
import type { Transport } from './http/transport.ts'

/** Includes what GitLab reports about the token. */
export interface Account extends TokenFacts {
  username: string
}

interface TokenFacts {
  /** Null if GitLab does not report them. */
  scopes: readonly string[] | null
  /** The first day, in UTC, on which the token is not valid any more; null if GitLab does not report it. */
  expiresOn: Day | 'never' | null
}

/** The scope of a token with rights for single parts of the API. */
const fineGrained = 'granular'

export function isFineGrained({ scopes }: TokenFacts): boolean {
  return scopes?.includes(fineGrained) ?? false
}

export interface AccountContext {
  /** Null if GitLab does not name the user. */
  tokenUser: TokenUser | null
  transport: Transport
}

/** @returns null if GitLab does not name the user */
export async function findAccount({ tokenUser, transport }: AccountContext): Promise<Account | null> {
  return tokenUser && { username: tokenUser.username, ...(await readToken(transport)) }
}

export async function readAccount(context: AccountContext): Promise<Account> {
  const account = await findAccount(context)
  if (account !== null) return account
  throw new DeniedError(
    `GitLab at ${context.transport.address.host} does not name the user of the token.`,
    'Create a token of an administrator or, on GitLab.com, of an Owner, with the scope api.',
  )
}

export function readTokenUser(client: GraphqlClient, user: unknown): TokenUser | null {
  if (!isJsonObject(user) || !isText(user['username'])) return null
  const userId = parseGlobalId('User', user['id'])
  return userId === null ? null : { userId, username: client.quote(user['username']) }
}

/** The facts serve advice only, so they are not worth a long wait. */
const mostTokenAttempts = 6

/** GitLab refuses the question for an OAuth token, which has no such facts. */
async function readToken(transport: Transport): Promise<TokenFacts> {
  try {
    const { status, json } = await transport.send({
      name: 'ReadToken',
      path: '/api/v4/personal_access_tokens/self',
      body: null,
      isMutation: false,
      mostAttempts: mostTokenAttempts,
    })
    if (status === 200 && isJsonObject(json)) return readFacts(json, transport.address.quote)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
  }
  return { scopes: null, expiresOn: null }
}

function readFacts(
  { scopes, expires_at: expiresAt }: JsonObject,
  quote: (text: string) => string,
): TokenFacts {
  const areTexts = Array.isArray(scopes) && scopes.every(isText)
  const day = isText(expiresAt) ? expiresAt.slice(0, 10) : ''
  return {
    scopes: areTexts ? scopes.map(quote) : null,
    expiresOn: expiresAt === null ? 'never' : isDay(day) ? day : null,
  }
}
