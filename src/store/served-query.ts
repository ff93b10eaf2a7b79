import { findIneligibility } from '../domain/ineligibility.ts'
import type { Membership, Offering } from '../domain/user.ts'

/** GitLab's orders. A user without known activity counts as the least active. */
const orders = {
  ID_ASC: 'id',
  ID_DESC: 'id DESC',
  NAME_ASC: 'name COLLATE NOCASE, id',
  NAME_DESC: 'name COLLATE NOCASE DESC, id DESC',
  LAST_ACTIVITY_ON_ASC: 'last_activity_on NULLS FIRST, id DESC',
  LAST_ACTIVITY_ON_DESC: 'last_activity_on DESC NULLS LAST, id',
  RELEVANCE: `
    CASE
      WHEN email = :search COLLATE NOCASE THEN 0
      WHEN username = :search COLLATE NOCASE THEN 1
      WHEN name = :search COLLATE NOCASE THEN 2
      ELSE 3
    END, name COLLATE NOCASE, id
  `,
} as const

export type ServedOrder = keyof typeof orders

export interface ServedFilter {
  /** Only users who may get a seat there; null for all. */
  eligibleIn: Offering | null
  activeOnly: boolean
  humansOnly: boolean
  /** Without users that GitLab's look-ups show to administrators only. */
  shownToAllOnly: boolean
}

export const noFilter: ServedFilter = {
  eligibleIn: null,
  activeOnly: false,
  humansOnly: false,
  shownToAllOnly: false,
}

/** GitLab's `User::FORBIDDEN_SEARCH_STATES`, which `UsersFinder` applies. */
const hiddenStates = ['blocked', 'banned', 'ldap_blocked']

/** A list of users. Equal queries have equal JSON. */
export interface ServedQuery {
  /** Holders of the seat, or users without it; null for both. */
  seat: { purchaseId: number; isHeld: boolean } | null
  /** Words that are parts of a username, or of a name, in any order. Null for all users. */
  search: string | null
  /** Folded; finds its user as well. Null without the right to see addresses. */
  privateAddress: string | null
  order: ServedOrder
  filter: ServedFilter
}

export function passesFilter(user: Membership, filter: ServedFilter): boolean {
  return (
    (filter.eligibleIn === null || findIneligibility(user, filter.eligibleIn) === null) &&
    (!filter.activeOnly || user.state === 'active') &&
    (!filter.humansOnly || user.type === 'human') &&
    (!filter.shownToAllOnly || !hiddenStates.includes(user.state))
  )
}

const isThere = 'gone_at IS NULL'
const holdsSeat = 'EXISTS (SELECT 1 FROM seats WHERE add_on_purchase_id = :purchaseId AND user_id = users.id)'
const matchesExactly = '(username = :search COLLATE NOCASE OR name = :search COLLATE NOCASE)'
const ownsAddress = 'id IN (SELECT user_id FROM emails WHERE address = :privateAddress)'

/**
 * The words of a search with three characters or more, and texts between quotes. Without one, GitLab compares the whole text with
 * the whole username or name.
 */
function listTerms(search: string): string[] {
  const words = search.matchAll(/"([^"]+)"|\S+/g)
  return [...words].map(([word, quoted]) => quoted ?? word).filter((term) => [...term].length >= 3)
}

/** The rows are id, state, type and member, also of users that the filter leaves out. */
export function composeQuery(query: ServedQuery): { sql: string; parameters: Record<string, unknown> } {
  const { seat, search, privateAddress, order } = query
  const terms = new Map(listTerms(search ?? '').map((term, number) => [`term${number}`, term]))
  // GitLab lists every holder, even a user who is gone: the seat counts.
  const seatCondition = seat?.isHeld ? holdsSeat : seat === null ? isThere : `${isThere} AND NOT ${holdsSeat}`
  const searchCondition = search === null ? 'TRUE' : matchSearch([...terms.keys()])
  const sql = `
    SELECT id, state, type, member
    FROM users
    WHERE ${seatCondition} AND ${searchCondition}
    ORDER BY ${orders[order]}
  `
  const purchaseId = seat?.purchaseId ?? null
  return { sql, parameters: { search, privateAddress, purchaseId, ...Object.fromEntries(terms) } }
}

function matchSearch(terms: readonly string[]): string {
  if (terms.length === 0) return matchesExactly
  return `(${containAll('username', terms)} OR ${containAll('name', terms)} OR email = :search COLLATE NOCASE OR ${ownsAddress})`
}

/** Not with LIKE, where % and _ are wildcards. @param terms names of parameters */
function containAll(column: string, terms: readonly string[]): string {
  return terms.map((term) => `instr(lower(${column}), lower(:${term})) > 0`).join(' AND ')
}
