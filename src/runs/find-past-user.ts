import type { PastUser } from '../domain/recorded-run.ts'
import { parseName, parseUserId } from '../domain/request.ts'
import { UserError } from '../errors.ts'
import type { Store } from '../store/store.ts'

/**
 * A username, an email address or, if no user is called so, a user id. Present users win over users who are gone.
 *
 * @throws UserError unless exactly one user matches
 */
export function findPastUser({ pastUsers }: Store, name: string): PastUser {
  const named = pastUsers.list({ ...parseName(name), userId: null })
  const known = named.length > 0 ? named : pastUsers.list({ ...noName, userId: parseUserId(name) })
  const present = known.filter(({ isGone }) => !isGone)
  const [user, ...others] = present.length > 0 ? present : known
  if (user === undefined)
    throw new UserError(
      'usage',
      `The store has no user with the name, email address or id "${name}".`,
      'To search: duo-seats list --all --search TEXT',
    )
  if (others.length > 0) throw createAmbiguityError(name, [user, ...others])
  return user
}

const noName = { username: null, email: null }

function createAmbiguityError(name: string, users: readonly PastUser[]): UserError {
  const names = users.map(({ username, userId }) => `@${username} (${userId})`).join(' and ')
  return new UserError('usage', `"${name}" matches more than one user: ${names}.`, 'Use the user id.')
}
