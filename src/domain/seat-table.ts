import type { Day } from './day.ts'
import { judgeUseSince, type ListedUser } from './seat-list.ts'

/** For the filter of idle seats. */
export const mostIdleDays = 99_999

/** @param limit the last day of a use that counts as idle */
type IsShown = (user: ListedUser, limit: Day) => boolean

/** Users of a table of seats. With every pending change done, as in all lists. */
const seatFilters = {
  all: () => true,
  held: ({ holdsSeat }) => holdsSeat,
  none: ({ holdsSeat }) => !holdsSeat,
  pending: ({ isPending }) => isPending,
  not_eligible: ({ reason }) => reason !== null,
  idle: (user, limit) => user.holdsSeat && judgeUseSince(user, limit) === 'idle',
  never_used: ({ holdsSeat, lastDuoActivityOn }) => holdsSeat && lastDuoActivityOn === null,
} as const satisfies Record<string, IsShown>

export type SeatFilter = keyof typeof seatFilters

export const seatFilterNames = Object.keys(seatFilters) as SeatFilter[]

export function isShown(user: ListedUser, filter: SeatFilter, limit: Day): boolean {
  return seatFilters[filter](user, limit)
}

/** Null comes last in either direction. */
type ReadKey = (user: ListedUser) => string | number | null

/** The names are keys of the rows, but `seat`: confirmed holders, pending ones, pending removals, users without a seat. */
const sortColumns = {
  username: ({ username }) => foldCase(username),
  name: ({ name }) => foldCase(name),
  email: ({ email }) => email && foldCase(email),
  state: ({ state }) => state,
  seat: ({ holdsSeat, isPending }) => (holdsSeat ? 0 : 2) + (holdsSeat === isPending ? 1 : 0),
  assigned_at: ({ assignedAt }) => assignedAt,
  last_activity_on: ({ lastActivityOn }) => lastActivityOn,
  last_duo_activity_on: ({ lastDuoActivityOn }) => lastDuoActivityOn,
  reason: ({ reason }) => reason,
} as const satisfies Record<string, ReadKey>

export type SeatSort = keyof typeof sortColumns

export const seatSortNames = Object.keys(sortColumns) as SeatSort[]

function foldCase(text: string): string {
  return text.toLowerCase()
}

/**
 * Positions in the order of a column. Equal users keep the order in which they are given.
 *
 * @param users by username
 */
export function sortUsers(users: readonly ListedUser[], sort: SeatSort, isReversed: boolean): Uint32Array {
  const readKey: ReadKey = sortColumns[sort]
  const keys = users.map(readKey)
  const [known, unknown] = [new Uint32Array(users.length), new Uint32Array(users.length)]
  let [knownCount, unknownCount] = [0, 0]
  for (const [position, key] of keys.entries())
    if (key === null) unknown[unknownCount++] = position
    else known[knownCount++] = position
  const sorted = known.subarray(0, knownCount).sort(comparePositions(keys, isReversed ? -1 : 1))
  const order = new Uint32Array(users.length)
  order.set(sorted)
  order.set(unknown.subarray(0, unknownCount), knownCount)
  return order
}

function comparePositions(keys: readonly (string | number | null)[], direction: 1 | -1) {
  return (left: number, right: number): number => {
    const [a, b] = [keys[left] ?? '', keys[right] ?? '']
    return a < b ? -direction : a > b ? direction : left - right
  }
}
