import type { AddOn } from '../domain/add-on.ts'
import { findIneligibility } from '../domain/ineligibility.ts'
import { foldName } from '../domain/people/person-key.ts'
import { splitIntoBatches } from '../domain/split-into-batches.ts'
import type { User } from '../domain/user.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'
import type { ConfirmedUser } from '../store/known-seats.ts'
import {
  askAboutSeats,
  hasSameHolders,
  makeQuestion,
  makeQuestionByName,
  type SeatCheck,
  type SeatCheckContext,
} from './ask-about-seats.ts'
import { findNamedUsers, listWanted } from './find-named-users.ts'
import type { NamedUsers } from './named-users.ts'

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
  const names = new Set(usernames)
  const asked = [
    ...known.map((user) => makeQuestion(user, names)),
    ...without(
      usernames,
      known.map(({ username }) => foldName(username)),
    ).map(makeQuestionByName),
    ...without(userIds, [...matched]).map((userId) => ({ username: null, userId, text: null })),
  ]
  if (countPages(context) + 1 >= gitlab.countQuestions(asked.length)) return askAboutSeats(asked, context)
  const wanted = { usernames, userIds: [...new Set([...userIds, ...matched])] }
  const [{ users, hasGone }, hasSame] = await Promise.all([
    findNamedUsers(wanted, known, context),
    hasSameHolders(context),
  ])
  return { users, isOutdated: hasGone || !hasSame, checked: 'all' }
}

export interface CheckOptions {
  isRemoval: boolean
  areNamesRecent: boolean
}

/** Looks named users up, and checks seats about which the run would send no change to GitLab. */
export async function checkMany(
  { named, unknown, matched }: NamedUsers,
  { isRemoval, areNamesRecent }: CheckOptions,
  context: SeatCheckContext,
): Promise<SeatCheck> {
  const known = readKnown(matched, context)
  // The check of the seats of holders compares their names, too.
  const compared = isRemoval ? [] : known.filter(({ holdsSeat }) => holdsSeat)
  const lookedUp = isRemoval ? known : known.filter(({ holdsSeat }) => !holdsSeat)
  const wanted = areNamesRecent ? unknown.list() : listWanted(named.list(), lookedUp, compared)
  const { users, hasGone } = await findNamedUsers(wanted, known, context)
  if (hasGone) return { users, isOutdated: true, checked: 'none' }
  const others = users.filter(({ id }) => !matched.has(id))
  const doubtful = findDoubtful(known, others, isRemoval, context)
  if (doubtful.length === 0) return { users, isOutdated: false, checked: 'none' }
  if (countPages(context) <= context.gitlab.countQuestions(doubtful.length))
    return { users, isOutdated: !(await hasSameHolders(context)), checked: 'all' }
  const names = new Set(named.list().usernames)
  const check = await askAboutSeats(
    doubtful.map((user) => makeQuestion(user, names)),
    context,
  )
  return { ...check, users: [...users, ...check.users] }
}

const usersPerReading = 2_000

function readKnown(userIds: ReadonlySet<number>, { store, purchase }: SeatCheckContext): ConfirmedUser[] {
  return splitIntoBatches([...userIds], usersPerReading).flatMap((some) =>
    store.knownSeats.read(purchase.id, some),
  )
}

/**
 * A removal is sent to GitLab for holders, an assignment for eligible users without a seat. The others are doubtful, and if too
 * few seats are free, all are.
 */
function findDoubtful(
  known: readonly ConfirmedUser[],
  others: readonly User[],
  isRemoval: boolean,
  { gitlab, purchase }: SeatCheckContext,
): (ConfirmedUser | User)[] {
  const isSent = (user: ConfirmedUser | User, holdsSeat: boolean) =>
    isRemoval ? holdsSeat : !holdsSeat && findIneligibility(user, gitlab.offering) === null
  const doubtful = [
    ...known.filter((user) => !isSent(user, user.holdsSeat)),
    ...others.filter((user) => !isSent(user, false)),
  ]
  const sent = known.length + others.length - doubtful.length
  const isShort = !isRemoval && sent > purchase.quantity - purchase.assigned
  return isShort ? [...known, ...others] : doubtful
}

/** A page has a hundred users; before GitLab 17.5 the list contains users without a seat. */
function countPages({ gitlab, store, purchase }: SeatCheckContext): number {
  const listed = gitlab.capabilities.filtersBySeat ? purchase.assigned : store.knownSeats.countUsers()
  return Math.ceil(listed / 100)
}

function without<T>(items: readonly T[], excluded: readonly T[]): T[] {
  const set = new Set(excluded)
  return items.filter((item) => !set.has(item))
}
