import { parseName, parseUserId } from '../domain/people/read-cell.ts'
import type { PastUser } from '../domain/recorded-run.ts'
import { UserError } from '../errors.ts'
import type { Store } from '../store/store.ts'

/**
 * A username, an email address or, if no user is called so, a user id. Present users win over users who are gone, and today's
 * username wins over a former one.
 *
 * @throws UserError unless exactly one user matches
 */
export function findPastUser({ pastUsers }: Store, name: string): PastUser {
  const text = name.trim()
  const named = pastUsers.list(parseName(text))
  const id = parseUserId(text)
  const known = named.length > 0 || id === null ? named : pastUsers.list({ kind: 'user_id', value: id })
  const [user, ...others] = pickBest(known)
  if (user === undefined)
    throw new UserError(
      'usage',
      `The store has no user with the name, email address or id "${name}".`,
      'To search: duo-seats list --all --search TEXT',
    )
  if (others.length > 0) throw createAmbiguityError(name, [user, ...others])
  return user
}

function pickBest(users: readonly PastUser[]): readonly PastUser[] {
  const rank = ({ isGone, isFormer }: PastUser) => Number(isGone) * 2 + Number(isFormer)
  const best = Math.min(...users.map(rank))
  return users.filter((user) => rank(user) === best)
}

function createAmbiguityError(name: string, users: readonly PastUser[]): UserError {
  const names = users.map(({ username, userId }) => `@${username} (${userId})`).join(' and ')
  return new UserError('usage', `"${name}" matches more than one user: ${names}.`, 'Use the user id.')
}
