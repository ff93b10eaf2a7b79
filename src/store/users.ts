import type Sqlite from 'better-sqlite3'
import type { Request, UserKeys } from '../domain/request.ts'
import type { Candidate, Matches } from '../domain/resolve.ts'
import type { SeatChange } from '../domain/seat-change.ts'
import type { ListedUser, SortKey } from '../domain/seat-list.ts'
import type { Offering, User, UserState } from '../domain/user.ts'
import { isFromSync, type ListedRow, toListedUser, toUser, type UserRow, userColumns } from './user-row.ts'

/** Position in the list of keys, then the columns of a candidate. */
type CandidateRow = [
  position: number,
  id: number,
  username: string,
  state: UserState,
  type: string,
  member: number,
  hidesEmail: number,
  hasSeat: number,
  pendingChange: SeatChange | null,
]

interface Lookup {
  pickKey: (keys: UserKeys) => string | number | null
  /** Returns one JSON array: a row each would double the time. */
  find: Sqlite.Statement<[{ addOnPurchaseId: number; keys: string }], string>
}

interface MatchedRequest {
  request: Request
  matches: Matches
}

/** Unknown days come last in either direction. */
const sortColumns = {
  username: 'username COLLATE NOCASE',
  name: 'name COLLATE NOCASE',
  'last-activity': 'last_activity_on',
  'last-duo-activity': 'last_duo_activity_on',
  assigned: 'assigned_at',
} as const satisfies Record<SortKey, string>

interface ListUsersOptions {
  addOnPurchaseId: number
  offering: Offering
  holdersOnly: boolean
  sort: SortKey
  reverse: boolean
}

export class Users {
  readonly #database: Sqlite.Database
  readonly #readAll: Sqlite.Statement<[], UserRow>
  readonly #lookups: [keyof Matches, Lookup][]

  constructor(database: Sqlite.Database) {
    this.#database = database
    this.#lookups = [
      [
        'byUsername',
        prepareLookup(database, 'username = wanted.value COLLATE NOCASE', (keys) => keys.username),
      ],
      ['byEmail', prepareLookup(database, 'email = wanted.value COLLATE NOCASE', (keys) => keys.email)],
      ['byUserId', prepareLookup(database, 'users.id = wanted.value', (keys) => keys.userId)],
    ]
    this.#readAll = database.prepare(`SELECT ${userColumns} FROM users WHERE ${isFromSync} ORDER BY id`)
  }

  /** In the order of the requests. */
  matchRequests(requests: readonly Request[], addOnPurchaseId: number): MatchedRequest[] {
    const matched = requests.map((request): MatchedRequest => ({ request, matches: noMatches }))
    for (const [kind, { pickKey, find }] of this.#lookups) {
      const keys = requests.map((request) => pickKey(request.keys))
      if (keys.every((key) => key === null)) continue
      const found = find.get({ addOnPurchaseId, keys: JSON.stringify(keys) }) ?? '[]'
      for (const row of JSON.parse(found) as CandidateRow[]) {
        const match = matched[row[0]]
        if (match !== undefined) match.matches = addMatch(match.matches, kind, toCandidate(row))
      }
    }
    return matched
  }

  /** Users who are gone are listed only while they hold a seat. */
  *list({ addOnPurchaseId, offering, holdersOnly, sort, reverse }: ListUsersOptions): Iterable<ListedUser> {
    const column = sortColumns[sort]
    const rows = this.#database
      .prepare<[{ addOnPurchaseId: number }], ListedRow>(`
        ${holdersOnly ? selectHolders : selectAll}
        ORDER BY ${column} IS NULL, ${column} ${reverse ? 'DESC' : 'ASC'}, username COLLATE NOCASE
      `)
      .iterate({ addOnPurchaseId })
    for (const row of rows) yield toListedUser(row, offering)
  }

  /** Users of the last sync, by id. */
  *readAll(): Iterable<User> {
    for (const row of this.#readAll.iterate()) yield toUser(row)
  }
}

const selectHolders = `
  SELECT ${userColumns}, gone_at, 1 AS holds_seat, pending AS is_pending, assigned_at, seen_at
  FROM held_seats JOIN users ON users.id = user_id
  WHERE add_on_purchase_id = :addOnPurchaseId
`

const selectAll = `
  SELECT ${userColumns}, gone_at,
    coalesce(wanted.change = 'give', seats.user_id IS NOT NULL) AS holds_seat,
    wanted.change IS NOT NULL AS is_pending,
    CASE wanted.change WHEN 'give' THEN requested_at WHEN 'take' THEN NULL ELSE assigned_at END AS assigned_at,
    seen_at
  FROM users
  LEFT JOIN seats ON seats.add_on_purchase_id = :addOnPurchaseId AND seats.user_id = users.id
  LEFT JOIN pending_changes AS wanted
    ON wanted.add_on_purchase_id = :addOnPurchaseId AND wanted.user_id = users.id
  WHERE users.gone_at IS NULL OR seats.user_id IS NOT NULL OR wanted.user_id IS NOT NULL
`

const noMatches: Matches = { byUsername: [], byEmail: [], byUserId: [] }

function addMatch(matches: Matches, kind: keyof Matches, candidate: Candidate): Matches {
  return { ...matches, [kind]: [...matches[kind], candidate] }
}

function prepareLookup(database: Sqlite.Database, condition: string, pickKey: Lookup['pickKey']): Lookup {
  const find = database.prepare(`
    SELECT json_group_array(json_array(
      wanted.key, users.id, username, state, users.type, member, email IS NULL,
      EXISTS (SELECT 1 FROM seats WHERE add_on_purchase_id = :addOnPurchaseId AND user_id = users.id),
      iif(
        EXISTS (SELECT 1 FROM pending_changes),
        (SELECT change FROM pending_changes WHERE add_on_purchase_id = :addOnPurchaseId AND user_id = users.id),
        NULL
      )
    ))
    FROM json_each(:keys) AS wanted
    CROSS JOIN users ON ${condition} AND users.gone_at IS NULL
  `)
  return { pickKey, find: find.pluck() as Lookup['find'] }
}

function toCandidate([
  ,
  userId,
  username,
  state,
  type,
  member,
  hidesEmail,
  hasSeat,
  pendingChange,
]: CandidateRow): Candidate {
  return {
    userId,
    username,
    state,
    type,
    member: member === 1,
    hidesEmail: hidesEmail === 1,
    holdsSeat: pendingChange === null ? hasSeat === 1 : pendingChange === 'give',
    isPending: pendingChange !== null,
  }
}
