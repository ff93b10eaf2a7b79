import type { PastUser } from '../domain/recorded-run.ts'
import { parseName, parseUserId } from '../domain/request.ts'
import { UserError } from '../errors.ts'
import type { Store } from '../store/store.ts'

/**
 * The one user whom a name means: a username, with or without `@`, an email address, or a user id, which counts only where
 * nobody is called so. A user who is gone is meant where nobody who is there has the name.
 *
 * @throws UserError where the name means nobody, or several users
 */
export function findPastUser({ pastUsers }: Store, name: string): PastUser {
  const named = pastUsers.list({ ...parseName(name), userId: null })
  const known = named.length > 0 ? named : pastUsers.list({ ...noName, userId: parseUserId(name) })
  const present = known.filter(({ isGone }) => !isGone)
  const [user, ...others] = present.length > 0 ? present : known
  if (user === undefined)
    throw new UserError(
      'usage',
      `The store knows no user with the name, email address or id "${name}".`,
      'Look for the user with "duo-seats list --all --search TEXT".',
    )
  if (others.length > 0) throw createAmbiguityError(name, [user, ...others])
  return user
}

const noName = { username: null, email: null }

function createAmbiguityError(name: string, users: readonly PastUser[]): UserError {
  const names = users.map(({ username, userId }) => `@${username} (${userId})`).join(' and ')
  return new UserError('usage', `"${name}" does not mean one user: it is ${names}.`, 'Name one by the id.')
}
