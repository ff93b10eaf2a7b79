import type { CellProblem } from './cell-problem.ts'
import type { KeyKind, PersonKey } from './person-key.ts'

export interface PersonRow {
  /** One for each filled cell that counts. */
  keys: readonly PersonKey[]
  /** `several_names` of any cell, else the problem of the first cell that cannot be read. */
  problem: CellProblem | null
  /** Has an id, and no readable cell of a name or an address. */
  isIdAlone?: true
}

export interface KnownUser {
  userId: number
  /** As it is today. */
  username: string
  /** Found by the id alone: the user is in GitLab no more, and the username may be another user's. */
  isGone: boolean
}

/** The users that one key matches. Several users can share an address, or can have had the same username. */
export interface KeyMatch<User extends KnownUser> {
  users: readonly User[]
  /** No user has the username today, and these users had it before. */
  isFormer: boolean
}

export type Unresolved =
  /** The key that matches no user, or the problem of the cell; null for an empty one. `gone`: a user of the store. */
  | { outcome: 'user_not_found'; detail: KeyKind | CellProblem | 'gone' | null }
  /** A problem of a cell, or a list of the users that each key matches. */
  | { outcome: 'ambiguous_user'; detail: string }

export type Resolution<User extends KnownUser> = { user: User; formerName: string | null } | Unresolved

interface CellMatch<User extends KnownUser> extends KeyMatch<User> {
  key: PersonKey
}

export interface ListFacts {
  /** The address of the GitLab, without a trailing slash. */
  site: string
  /** A row contradicts its id: see {@link contradictsId}. */
  hasForeignIds: boolean
}

/**
 * Judges which user a row means; never guesses. The help topic "people" has the rules as a table.
 *
 * @param matches for each key of the row
 */
export function judgePerson<User extends KnownUser>(
  { keys, problem, isIdAlone }: PersonRow,
  matches: readonly KeyMatch<User>[],
  { site, hasForeignIds }: ListFacts,
): Resolution<User> {
  if (problem === 'several_names' || problem === 'ignored_name')
    return { outcome: 'ambiguous_user', detail: problem }
  const only = findOnlyUser(keys, matches)
  if (only !== null) return only
  const cells = keys.map((key, index) => matchCell(key, matches[index], site))
  const matching = cells.filter(({ users }) => users.length > 0)
  const [first] = matching
  if (first === undefined) return { outcome: 'user_not_found', detail: nameFirstCell(keys, problem, site) }
  const meant = first.users.filter((user) => matching.every((match) => matchesUser(match, user)))
  const [user] = meant
  if (isIdAlone && hasForeignIds) return { outcome: 'ambiguous_user', detail: 'id_alone' }
  if (user?.isGone) return { outcome: 'user_not_found', detail: 'gone' }
  if (user === undefined || meant.length > 1 || isWeak(matching, cells, problem))
    return { outcome: 'ambiguous_user', detail: describeMatches(cells, problem) }
  return { user, formerName: matching.find(({ isFormer }) => isFormer)?.key.value.toString() ?? null }
}

/** Whether the id of a row matches a user, and none of its names and addresses matches the same one. */
export function contradictsId({ keys }: PersonRow, matches: readonly KeyMatch<KnownUser>[]): boolean {
  if (keys.length === 1) return false
  const byKind = (isId: boolean) => matches.filter((_, index) => (keys[index]?.kind === 'user_id') === isId)
  const [ids, names] = [byKind(true), byKind(false)]
  const matched = ids.flatMap(({ users }) => users)
  return names.length > 0 && matched.some((user) => !names.some((match) => matchesUser(match, user)))
}

/** The usual row has one cell that matches one user. */
function findOnlyUser<User extends KnownUser>(
  keys: readonly PersonKey[],
  [match]: readonly KeyMatch<User>[],
): Resolution<User> | null {
  const [key] = keys
  if (key?.kind !== 'username' || key.profile !== undefined || keys.length > 1) return null
  const user = match?.users.length === 1 ? match.users[0] : undefined
  return user === undefined ? null : { user, formerName: match?.isFormer ? key.value : null }
}

function matchCell<User extends KnownUser>(
  key: PersonKey,
  match: KeyMatch<User> = noMatch,
  site: string,
): CellMatch<User> {
  const { users, isFormer } = isForeign(key, site) ? noMatch : match
  return { key, users, isFormer }
}

const noMatch = { users: [], isFormer: false } as const

function isForeign(key: PersonKey, site: string): boolean {
  if (key.kind !== 'username' || key.profile === undefined) return false
  const [address = ''] = key.profile.toLowerCase().split(/[?#]/)
  return address.replace(/\/$/, '') !== `${site}/${key.value}`.toLowerCase()
}

function nameFirstCell(
  [key]: readonly PersonKey[],
  problem: CellProblem | null,
  site: string,
): KeyKind | CellProblem | null {
  if (key === undefined) return problem
  return isForeign(key, site) ? 'other_site' : key.kind
}

function matchesUser<User extends KnownUser>({ users }: KeyMatch<User>, { userId }: User): boolean {
  return users.some((user) => user.userId === userId)
}

/** Other systems have columns of user ids, too: an id does not outweigh a name or an address that matches no user. */
function isWeak(
  matching: readonly CellMatch<KnownUser>[],
  cells: readonly CellMatch<KnownUser>[],
  problem: CellProblem | null,
): boolean {
  const hasOtherCell = cells.some(({ key }) => key.kind !== 'user_id') || isOfName(problem)
  return hasOtherCell && matching.every(({ key }) => key.kind === 'user_id')
}

function isOfName(problem: CellProblem | null): boolean {
  return problem !== null && problem !== 'not_a_user_id'
}

function describeMatches(cells: readonly CellMatch<KnownUser>[], problem: CellProblem | null): string {
  const parts = cells.map(describeMatch)
  if (problem === 'display_name') parts.unshift('the display name matches no known user')
  return parts.join(', ')
}

function describeMatch({ key: { kind, value }, users, isFormer }: CellMatch<KnownUser>): string {
  const names = users
    .map(({ username, isGone }) => `@${username}${isGone ? ', who is gone' : ''}`)
    .join(' and ')
  return `${kind} "${value}" ${isFormer ? 'was the name of' : 'matches'} ${names || 'no known user'}`
}
