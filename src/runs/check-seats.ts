import type { AddOn } from '../domain/add-on.ts'
import { findIneligibility, type User } from '../domain/user.ts'
import type { AskedUser, GitLab, PurchaseReading, UserAnswers } from '../gitlab/gitlab.ts'
import { foldName } from '../people/person-key.ts'
import type { KnownUser } from '../store/known-seats.ts'
import type { Store } from '../store/store.ts'
import type { NamedUsers } from './named-users.ts'

/** The seats of users in GitLab, compared with the store. */
export interface SeatCheck {
  /** Users who were looked up on the way. */
  users: User[]
  /** GitLab and the store differ about a seat. */
  isOutdated: boolean
  /** Whether GitLab was asked about the seat of a user. */
  isChecked: (userId: number) => boolean
}

export interface SeatCheckContext {
  gitlab: GitLab
  store: Store
  purchase: PurchaseReading
}

const always = () => true
const never = () => false

/** Null if the order does not name one of the purchases: it will be refused. */
export function findOrdered(
  purchases: readonly PurchaseReading[],
  addOn: AddOn | null,
): PurchaseReading | null {
  const [first, ...others] = purchases.filter((purchase) => addOn === null || purchase.addOn === addOn)
  return others.length === 0 ? (first ?? null) : null
}

/** Looks all named users up and checks their seats in the same requests, or reads all holders if these are fewer requests. */
export async function checkFew(
  { named, matched }: NamedUsers,
  context: SeatCheckContext,
): Promise<SeatCheck> {
  const { gitlab, store, purchase } = context
  const known = store.knownSeats.read(purchase.id, [...matched])
  const { usernames, userIds } = named.list()
  const asked = [
    ...known.map((user) => askAbout(user, usernames)),
    ...without(
      usernames,
      known.map(({ username }) => foldName(username)),
    ).map(askByUsername),
    ...without(userIds, [...matched]).map((userId) => ({ username: null, userId, text: null })),
  ]
  if (countPages(context) + 1 >= gitlab.countQuestions(asked.length)) return ask(asked, context)
  const ids = [...new Set([...userIds, ...matched])]
  const [users, hasSame] = await Promise.all([
    gitlab.findUsers({ usernames, userIds: ids }),
    hasSameHolders(context),
  ])
  return { users, isOutdated: !hasSame, isChecked: always }
}

/**
 * Checks the seats of users for which the run would send no change to GitLab.
 *
 * @param found users who are not in the store, as GitLab shows them
 */
export async function checkMany(
  { matched }: NamedUsers,
  found: readonly User[],
  isRemoval: boolean,
  context: SeatCheckContext,
): Promise<SeatCheck> {
  const doubtful = findDoubtful(matched, found, isRemoval, context)
  if (doubtful.length === 0) return { users: [], isOutdated: false, isChecked: never }
  if (countPages(context) > context.gitlab.countQuestions(doubtful.length))
    return ask(
      doubtful.map((user) => askAbout(user, [])),
      context,
    )
  return { users: [], isOutdated: !(await hasSameHolders(context)), isChecked: always }
}

/**
 * A removal is sent to GitLab for holders, an assignment for eligible users without a seat. The others are doubtful, and if too
 * few seats are free, all are.
 */
function findDoubtful(
  matched: ReadonlySet<number>,
  found: readonly User[],
  isRemoval: boolean,
  { gitlab, store, purchase }: SeatCheckContext,
): (KnownUser | User)[] {
  const doubtful: (KnownUser | User)[] = []
  const sure: (KnownUser | User)[] = []
  const add = (user: KnownUser | User, holdsSeat: boolean) => {
    const isSent = isRemoval ? holdsSeat : !holdsSeat && findIneligibility(user, gitlab.offering) === null
    ;(isSent ? sure : doubtful).push(user)
  }
  const ids = [...matched]
  for (let start = 0; start < ids.length; start += usersPerReading)
    for (const user of store.knownSeats.read(purchase.id, ids.slice(start, start + usersPerReading)))
      add(user, user.holdsSeat)
  for (const user of found) add(user, false)
  const isShort = !isRemoval && sure.length > purchase.quantity - purchase.assigned
  return isShort ? [...doubtful, ...sure] : doubtful
}

const usersPerReading = 2_000

/** A page has a hundred users; before GitLab 17.5 the list contains users without a seat. */
function countPages({ gitlab, store, purchase }: SeatCheckContext): number {
  const listed = gitlab.capabilities.filtersBySeat ? purchase.assigned : store.knownSeats.countUsers()
  return Math.ceil(listed / 100)
}

/** Ends at the first difference. The store is known to have as many holders. */
async function hasSameHolders({ gitlab, store, purchase }: SeatCheckContext): Promise<boolean> {
  const seen = new Set<number>()
  for await (const ids of gitlab.readHolderIds(purchase)) {
    if (store.knownSeats.countHolders(purchase.id, ids) < ids.length) return false
    for (const id of ids) seen.add(id)
  }
  return seen.size === purchase.assigned
}

/** Asks once more about users who have another name now. */
async function ask(asked: readonly AskedUser[], context: SeatCheckContext): Promise<SeatCheck> {
  const { gitlab, store, purchase } = context
  const first = await gitlab.askAboutUsers(purchase, asked)
  const renamed = first.users.filter((user) => judge(user, first) === null && findText(user) !== null)
  const answers = renamed.length === 0 ? first : join(first, await askAgain(renamed, context))
  const ids = [...asked.flatMap(({ userId }) => userId ?? []), ...answers.users.map(({ id }) => id)]
  const known = new Map(store.knownSeats.read(purchase.id, [...new Set(ids)]).map((user) => [user.id, user]))
  const verdicts = new Map<number, boolean | null>()
  for (const user of [...known.values(), ...answers.users]) verdicts.set(user.id, judge(user, answers))
  const isUnclear = [...verdicts.values()].includes(null)
  if (isUnclear && gitlab.capabilities.filtersBySeat)
    return { users: answers.users, isOutdated: !(await hasSameHolders(context)), isChecked: always }
  const isDifferent = ([id, holdsSeat]: [number, boolean | null]) =>
    holdsSeat !== null && holdsSeat !== (known.get(id)?.holdsSeat ?? false)
  return {
    users: answers.users,
    isOutdated: [...verdicts].some(isDifferent),
    isChecked: (userId) => (verdicts.get(userId) ?? null) !== null,
  }
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

/** @returns whether the user holds a seat; null if no search can tell */
function judge(user: Pick<User, 'id' | 'username' | 'name'>, answers: UserAnswers): boolean | null {
  if (answers.holders.has(user.id)) return true
  if (answers.others.has(user.id)) return false
  const isWhole = answers.wholeTexts.has(foldName(user.username)) || answers.wholeTexts.has(user.name)
  return isWhole ? false : null
}

/** @param usernames the names of the request, which another user may bear now */
function askAbout(user: KnownUser | User, usernames: readonly string[]): AskedUser {
  const username = foldName(user.username)
  return {
    username: usernames.includes(username) ? username : null,
    userId: user.id,
    text: findText(user),
  }
}

/** A text that is not a username matches no user. */
function askByUsername(username: string): AskedUser {
  return { username, userId: null, text: /^[\w.-]{3,255}$/.test(username) ? username : null }
}

/** GitLab's searches need three characters, and quotes have a meaning there. */
function findText({ username, name }: Pick<User, 'username' | 'name'>): string | null {
  if (username.length >= 3) return foldName(username)
  return [...name.trim()].length >= 3 && !name.includes('"') ? name : null
}

function without<T>(items: readonly T[], excluded: readonly T[]): T[] {
  const set = new Set(excluded)
  return items.filter((item) => !set.has(item))
}
