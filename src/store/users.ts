import type Sqlite from 'better-sqlite3'
import type { Request } from '../domain/request.ts'
import type { Candidate, Matches } from '../domain/resolve.ts'
import type { ListedUser, SortKey } from '../domain/seat-list.ts'
import { findIneligibility, type Offering, type UserState } from '../domain/user.ts'

/** Position in the list of keys, then the columns of a candidate. */
type CandidateRow = [
  position: number,
  id: number,
  username: string,
  state: UserState,
  type: string,
  member: number,
  hidesEmail: number,
  holdsSeat: number,
]

type Lookup = Sqlite.Statement<[number, string], CandidateRow>

interface ListedRow {
  id: number
  username: string
  name: string
  email: string | null
  state: UserState
  type: string
  member: number
  gone_at: string | null
  last_activity_on: string | null
  last_duo_activity_on: string | null
  holds_seat: number
  assigned_at: string | null
}

/** Unknown days come last in either direction. */
const sortColumns = {
  username: 'username COLLATE NOCASE',
  name: 'name COLLATE NOCASE',
  'last-activity': 'last_activity_on',
  'last-duo-activity': 'last_duo_activity_on',
  assigned: 'assigned_at',
} as const satisfies Record<SortKey, string>

export interface ListUsersOptions {
  addOnPurchaseId: number
  offering: Offering
  /** Only users who hold a seat of the purchase. */
  holdersOnly: boolean
  sort: SortKey
  reverse: boolean
}

export class Users {
  readonly #database: Sqlite.Database
  readonly #findByUsername: Lookup
  readonly #findByEmail: Lookup
  readonly #findById: Lookup

  constructor(database: Sqlite.Database) {
    this.#database = database
    this.#findByUsername = prepareLookup(database, 'users.username = wanted.value COLLATE NOCASE')
    this.#findByEmail = prepareLookup(database, 'users.email = wanted.value COLLATE NOCASE')
    this.#findById = prepareLookup(database, 'users.id = wanted.value')
  }

  /** Each request with the users whom its keys name, in the order of the requests. */
  matchRequests(requests: readonly Request[], addOnPurchaseId: number): [Request, Matches][] {
    const look = (lookup: Lookup, keys: (string | number | null)[]) =>
      groupByPosition(keys, keys.some(isGiven) ? lookup.all(addOnPurchaseId, JSON.stringify(keys)) : [])

    const byUsername = look(
      this.#findByUsername,
      requests.map(({ keys }) => keys.username),
    )
    const byEmail = look(
      this.#findByEmail,
      requests.map(({ keys }) => keys.email),
    )
    const byUserId = look(
      this.#findById,
      requests.map(({ keys }) => keys.userId),
    )
    return requests.map((request, position) => [
      request,
      {
        byUsername: byUsername[position] ?? nobody,
        byEmail: byEmail[position] ?? nobody,
        byUserId: byUserId[position] ?? nobody,
      },
    ])
  }

  /** Users with the seat of one purchase. Users who are gone are listed only while they hold a seat. */
  *list({ addOnPurchaseId, offering, holdersOnly, sort, reverse }: ListUsersOptions): Iterable<ListedUser> {
    const column = sortColumns[sort]
    const rows = this.#database
      .prepare<[number], ListedRow>(`
        SELECT users.*, seats.user_id IS NOT NULL AS holds_seat, seats.assigned_at
        FROM users
        ${holdersOnly ? 'JOIN' : 'LEFT JOIN'} seats ON seats.add_on_purchase_id = ? AND seats.user_id = users.id
        WHERE users.gone_at IS NULL OR seats.user_id IS NOT NULL
        ORDER BY ${column} IS NULL, ${column} ${reverse ? 'DESC' : 'ASC'}, username COLLATE NOCASE
      `)
      .iterate(addOnPurchaseId)
    for (const row of rows) yield toListedUser(row, offering)
  }
}

const nobody: readonly Candidate[] = []

function prepareLookup(database: Sqlite.Database, condition: string): Lookup {
  return database
    .prepare<[number, string], CandidateRow>(`
      SELECT
        wanted.key, users.id, username, state, users.type, member, email IS NULL,
        EXISTS (SELECT 1 FROM seats WHERE add_on_purchase_id = ? AND user_id = users.id)
      FROM json_each(?) AS wanted
      CROSS JOIN users ON ${condition} AND users.gone_at IS NULL
    `)
    .raw() as unknown as Lookup
}

function isGiven(key: string | number | null): boolean {
  return key !== null
}

function groupByPosition(keys: readonly unknown[], rows: readonly CandidateRow[]): Candidate[][] {
  const groups: Candidate[][] = []
  groups.length = keys.length
  for (const row of rows) {
    const group = groups[row[0]]
    if (group === undefined) groups[row[0]] = [toCandidate(row)]
    else group.push(toCandidate(row))
  }
  return groups
}

function toCandidate([
  ,
  userId,
  username,
  state,
  type,
  member,
  hidesEmail,
  holdsSeat,
]: CandidateRow): Candidate {
  return {
    userId,
    username,
    state,
    type,
    member: member === 1,
    hidesEmail: hidesEmail === 1,
    holdsSeat: holdsSeat === 1,
  }
}

function toListedUser(row: ListedRow, offering: Offering): ListedUser {
  const isGone = row.gone_at !== null
  return {
    userId: row.id,
    username: row.username,
    name: row.name,
    email: row.email,
    state: row.state,
    holdsSeat: row.holds_seat === 1,
    reason: isGone ? 'gone' : findIneligibility({ ...row, member: row.member === 1 }, offering),
    assignedAt: row.assigned_at,
    lastActivityOn: row.last_activity_on,
    lastDuoActivityOn: row.last_duo_activity_on,
  }
}
