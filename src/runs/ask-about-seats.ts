import { foldName } from '../domain/people/person-key.ts'
import type { User } from '../domain/user.ts'
import type { AskedUser, UserAnswers } from '../gitlab/ask-about-users.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'
import type { WorkContext } from '../session.ts'
import type { ConfirmedUser } from '../store/known-seats.ts'
import type { Store } from '../store/store.ts'
import type { CheckedUsers } from './checked-users.ts'

export interface SeatCheck {
  users: User[]
  /** GitLab and the store differ about a seat or the name of a holder, or GitLab no longer has a user. */
  isOutdated: boolean
  checked: CheckedUsers
}

export interface SeatCheckContext extends Pick<WorkContext, 'tell'> {
  gitlab: GitLab
  store: Store
  purchase: PurchaseReading
}

/** Asks once more about users who have another name now. */
export async function askAboutSeats(
  asked: readonly AskedUser[],
  context: SeatCheckContext,
): Promise<SeatCheck> {
  const { gitlab, store, purchase } = context
  const first = await gitlab.askAboutUsers(purchase, asked)
  const renamed = first.users.filter((user) => judge(user, first) === null && findText(user) !== null)
  const answers = renamed.length === 0 ? first : join(first, await askAgain(renamed, context))
  const ids = [...asked.flatMap(({ userId }) => userId ?? []), ...answers.users.map(({ id }) => id)]
  const known = new Map(store.knownSeats.read(purchase.id, [...new Set(ids)]).map((user) => [user.id, user]))
  if (hasGone([...known.values()], answers))
    return { users: answers.users, isOutdated: true, checked: 'none' }
  const verdicts = new Map<number, boolean | null>()
  for (const user of [...known.values(), ...answers.users]) verdicts.set(user.id, judge(user, answers))
  const isUnclear = [...verdicts.values()].includes(null)
  if (isUnclear && gitlab.capabilities.filtersBySeat)
    return { users: answers.users, isOutdated: !(await hasSameHolders(context)), checked: 'all' }
  const clear = [...verdicts].filter(([, holdsSeat]) => holdsSeat !== null)
  const isOutdated = clear.some(([id, holdsSeat]) => holdsSeat !== (known.get(id)?.holdsSeat ?? false))
  return { users: answers.users, isOutdated, checked: new Set(clear.map(([id]) => id)) }
}

/** GitLab hides some blocked users from callers who are not administrators, but lists them as holders. */
function hasGone(known: readonly ConfirmedUser[], { users, holders, others }: UserAnswers): boolean {
  const found = new Set([...users.map(({ id }) => id), ...holders, ...others])
  return known.some(({ id, isGone }) => !isGone && !found.has(id))
}

function askAgain(users: readonly User[], { gitlab, purchase }: SeatCheckContext): Promise<UserAnswers> {
  return gitlab.askAboutUsers(
    purchase,
    users.map((user) => ({ username: null, userId: null, text: findText(user) })),
  )
}

function join(first: UserAnswers, second: UserAnswers): UserAnswers {
  return {
    users: first.users,
    holders: new Set([...first.holders, ...second.holders]),
    others: new Set([...first.others, ...second.others]),
    wholeTexts: new Set([...first.wholeTexts, ...second.wholeTexts]),
  }
}

/** @returns whether the user holds a seat; null if no search shows it */
function judge(user: Pick<User, 'id' | 'username' | 'name'>, answers: UserAnswers): boolean | null {
  if (answers.holders.has(user.id)) return true
  if (answers.others.has(user.id)) return false
  const isWhole = answers.wholeTexts.has(foldName(user.username)) || answers.wholeTexts.has(user.name)
  return isWhole ? false : null
}

/** @param usernames the names of the list, which another user may bear now */
export function makeQuestion(user: ConfirmedUser | User, usernames: ReadonlySet<string>): AskedUser {
  const username = foldName(user.username)
  return {
    username: usernames.has(username) ? username : null,
    userId: user.id,
    text: findText(user),
  }
}

/** A text that is not a username matches no user. */
export function makeQuestionByName(username: string): AskedUser {
  const isSearchable = /^[\w.-]{1,255}$/.test(username) && username.length >= fewestCharacters
  return { username, userId: null, text: isSearchable ? username : null }
}

/** GitLab's searches need so many. */
const fewestCharacters = 3

/** Quotes have a meaning in a search. */
function findText({ username, name }: Pick<User, 'username' | 'name'>): string | null {
  if (username.length >= fewestCharacters) return foldName(username)
  return [...name.trim()].length >= fewestCharacters && !name.includes('"') ? name : null
}

/** The same users with the same names. Ends at the first difference. The store is known to have as many holders. */
export async function hasSameHolders({ gitlab, store, purchase, tell }: SeatCheckContext): Promise<boolean> {
  const seen = new Set<number>()
  for await (const holders of gitlab.readHolders(purchase)) {
    if (store.knownSeats.countHolders(purchase.id, holders) < holders.length) return false
    for (const { id } of holders) seen.add(id)
    tell({ kind: 'users_read', list: 'holders', read: seen.size, total: purchase.assigned })
  }
  return seen.size === purchase.assigned
}
