import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import type { Request, UserKeys } from '../domain/request.ts'
import type { Candidate, Matches } from '../domain/resolve.ts'
import type { ListedUser, SortKey } from '../domain/seat-list.ts'
import type { Offering, User, UserState } from '../domain/user.ts'
import { type ListedRow, toListedUser, toUser, type UserRow, userColumns } from './user-row.ts'

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

/** How users are found by one kind of key. */
interface Lookup {
  pickKey: (keys: UserKeys) => string | number | null
  /** Answers with one JSON array: a row each would cost as much again as finding the users. */
  find: Sqlite.Statement<[addOnPurchaseId: number, keys: string], string>
}

export interface MatchedRequest {
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

export interface ListUsersOptions {
  addOnPurchaseId: number
  offering: Offering
  /** Only users who hold a seat of the purchase. */
  holdersOnly: boolean
  sort: SortKey
  reverse: boolean
}

/** What requests say of users whom no sync has shown yet. */
export interface UnknownKeys {
  usernames: string[]
  userIds: number[]
}

export class Users {
  readonly #database: Sqlite.Database
  readonly #findUnknownNames: Sqlite.Statement<[string], string>
  readonly #findUnknownIds: Sqlite.Statement<[string], number>
  readonly #findNamesakes: Sqlite.Statement<[string], number>
  readonly #forgetLookedUp: Sqlite.Statement<[{ ids: string; now: Instant }]>
  readonly #recordLookedUp: Sqlite.Statement<[Record<string, unknown>]>
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
    this.#findUnknownNames = prepareUnknown(database, 'username = wanted.value COLLATE NOCASE')
    this.#findUnknownIds = prepareUnknown(database, 'users.id = wanted.value')
    this.#findNamesakes = database
      .prepare<[string], number>(`
        SELECT users.id FROM json_each(?) AS bearer
        CROSS JOIN users ON username = bearer.value ->> 'username' COLLATE NOCASE
          AND users.id <> bearer.value ->> 'id' AND gone_at IS NULL
      `)
      .pluck()
    this.#forgetLookedUp = database.prepare(`
      UPDATE users SET gone_at = :now
      WHERE looked_up = 1 AND gone_at IS NULL AND id NOT IN (SELECT value FROM json_each(:ids))
        AND NOT EXISTS (SELECT 1 FROM add_on_purchases CROSS JOIN seats
          ON add_on_purchase_id = add_on_purchases.id AND user_id = users.id)
    `)
    this.#recordLookedUp = database.prepare(`
      INSERT INTO users (
        id, username, name, email, state, type, member, last_activity_on, last_duo_activity_on, looked_up
      )
      VALUES (:id, :username, :name, :email, :state, :type, :member, :lastActivityOn, :lastDuoActivityOn, 1)
      ON CONFLICT (id) DO UPDATE SET
        username = excluded.username,
        name = excluded.name,
        email = excluded.email,
        state = excluded.state,
        type = excluded.type,
        member = iif(${isFromSync}, member, excluded.member),
        last_activity_on = coalesce(excluded.last_activity_on, last_activity_on),
        last_duo_activity_on = coalesce(excluded.last_duo_activity_on, last_duo_activity_on),
        looked_up = iif(${isFromSync}, 0, 1),
        gone_at = NULL
    `)
    this.#readAll = database.prepare(`SELECT ${userColumns} FROM users WHERE ${isFromSync} ORDER BY id`)
  }

  /** Each request with the users whom its keys name, in the order of the requests. */
  matchRequests(requests: readonly Request[], addOnPurchaseId: number): MatchedRequest[] {
    const matched = requests.map((request): MatchedRequest => ({ request, matches: nobody }))
    for (const [kind, { pickKey, find }] of this.#lookups) {
      const keys = requests.map((request) => pickKey(request.keys))
      if (keys.every((key) => key === null)) continue
      const found = find.get(addOnPurchaseId, JSON.stringify(keys)) ?? '[]'
      for (const row of JSON.parse(found) as CandidateRow[]) {
        const match = matched[row[0]]
        if (match !== undefined) match.matches = addMatch(match.matches, kind, toCandidate(row))
      }
    }
    return matched
  }

  /** Users with the seat of one purchase. Users who are gone are listed only while they hold a seat. */
  *list({ addOnPurchaseId, offering, holdersOnly, sort, reverse }: ListUsersOptions): Iterable<ListedUser> {
    const column = sortColumns[sort]
    const rows = this.#database
      .prepare<[number], ListedRow>(`
        SELECT ${userColumns}, gone_at, pending, removal_run_id, assigned_at, seen_at
        FROM users
        ${holdersOnly ? 'JOIN' : 'LEFT JOIN'} seats ON seats.add_on_purchase_id = ? AND seats.user_id = users.id
          ${holdersOnly ? 'AND removal_run_id IS NULL' : ''}
        WHERE users.gone_at IS NULL OR seats.user_id IS NOT NULL
        ORDER BY ${column} IS NULL, ${column} ${reverse ? 'DESC' : 'ASC'}, username COLLATE NOCASE
      `)
      .iterate(addOnPurchaseId)
    for (const row of rows) yield toListedUser(row, offering)
  }

  /** The users whom the last sync knew, by id. */
  *readAll(): Iterable<User> {
    for (const row of this.#readAll.iterate()) yield toUser(row)
  }

  /**
   * The usernames and ids in some requests that are of no user of the last sync. Who is known from a look-up alone counts as
   * unknown: what is known of such a user grows old.
   */
  findUnknown(requests: readonly Request[]): UnknownKeys {
    const { usernames, userIds } = listKeys(requests)
    return {
      usernames: this.#findUnknownNames.all(JSON.stringify(usernames)),
      userIds: this.#findUnknownIds.all(JSON.stringify(userIds)),
    }
  }

  /** The ids of others who go by the name of one of these users here: the name has passed on since the last sync. */
  findNamesakes(users: readonly User[]): number[] {
    return this.#findNamesakes.all(JSON.stringify(users.map(({ id, username }) => ({ id, username }))))
  }

  /**
   * Takes in users whom GitLab was asked about by name or id, in place of those of earlier look-ups, of whom only holders of a
   * seat stay. A user of the last sync stays one and keeps the membership, of which a look-up tells nothing.
   */
  recordLookedUp(users: readonly User[], now: Instant): void {
    this.#forgetLookedUp.run({ ids: JSON.stringify(users.map(({ id }) => id)), now })
    for (const user of users) this.#recordLookedUp.run({ ...user, member: user.member ? 1 : 0 })
  }
}

/** The usernames and ids in some requests, each once. */
export function listKeys(requests: readonly Request[]): UnknownKeys {
  const usernames = new Set(requests.flatMap(({ keys }) => keys.username ?? []))
  const userIds = new Set(requests.flatMap(({ keys }) => keys.userId ?? []).filter(Number.isInteger))
  return { usernames: [...usernames], userIds: [...userIds] }
}

const isFromSync = 'gone_at IS NULL AND looked_up = 0'

/** Answers with those of the wanted keys that are of no user of the last sync. */
function prepareUnknown<Key>(database: Sqlite.Database, condition: string): Sqlite.Statement<[string], Key> {
  return database
    .prepare<[string], Key>(`
      SELECT wanted.value FROM json_each(?) AS wanted
      WHERE NOT EXISTS (SELECT 1 FROM users WHERE ${condition} AND ${isFromSync})
    `)
    .pluck()
}

const nobody: Matches = { byUsername: [], byEmail: [], byUserId: [] }

function addMatch(matches: Matches, kind: keyof Matches, candidate: Candidate): Matches {
  return { ...matches, [kind]: [...matches[kind], candidate] }
}

function prepareLookup(database: Sqlite.Database, condition: string, pickKey: Lookup['pickKey']): Lookup {
  const find = database.prepare(`
    SELECT json_group_array(json_array(
      wanted.key, users.id, username, state, users.type, member, email IS NULL,
      EXISTS (SELECT 1 FROM seats WHERE add_on_purchase_id = ? AND user_id = users.id AND removal_run_id IS NULL)
    ))
    FROM json_each(?) AS wanted
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
