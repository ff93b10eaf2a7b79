import type { Candidate } from '../domain/candidate.ts'
import type { KeyMatch } from '../domain/people/judge-person.ts'
import type { KeyKind } from '../domain/people/person-key.ts'
import type { Request } from '../domain/request.ts'
import type { SeatChange } from '../domain/seat-change.ts'
import type { UserState } from '../domain/user.ts'
import type { Statement, Statements } from './statements.ts'
import type { UserKeys } from './user-keys.ts'

/** Position in the list of wanted keys, then the columns of a candidate. */
type CandidateRow = [
  position: number,
  id: number,
  /** Null if it is spelled as the key is. */
  username: string | null,
  state: UserState,
  type: string,
  member: number,
  isGone: number,
  hasSeat: number,
  pendingChange: SeatChange | null,
]

/** Returns one JSON array: a row each would double the time. */
type Lookup = Statement<[{ addOnPurchaseId: number; keys: string }], string>

export interface MatchedRequest {
  request: Request
  matches: KeyMatch<Candidate>[]
}

interface WantedKey {
  value: string | number
  matches: KeyMatch<Candidate>[]
  index: number
}

/** The users that the keys of requests name. */
export class UserMatches {
  readonly #lookups: [KeyKind, Lookup][]
  readonly #findFormer: Lookup
  readonly #listIds: Statement<[Record<keyof UserKeys, string>], string>

  constructor(statements: Statements) {
    this.#lookups = [
      [
        'username',
        prepareLookup(statements, `users ON username = wanted.value COLLATE NOCASE AND ${isPresent}`),
      ],
      ['email', prepareLookup(statements, `users ON users.id IN (${ownersOfAddress}) AND ${isPresent}`)],
      ['user_id', prepareLookup(statements, 'users ON users.id = wanted.value', 'users.gone_at IS NOT NULL')],
    ]
    this.#findFormer = prepareLookup(
      statements,
      `former_usernames CROSS JOIN users
        ON former_usernames.username = wanted.value COLLATE NOCASE AND users.id = former_usernames.user_id
        AND ${isPresent}`,
    )
    this.#listIds = statements.prepare<[Record<keyof UserKeys, string>], string>(listIds).pluck()
  }

  find(requests: readonly Request[], addOnPurchaseId: number): MatchedRequest[] {
    const matched = requests.map(
      (request): MatchedRequest => ({ request, matches: request.keys.map(() => noMatch) }),
    )
    const wanted = groupByKind(matched)
    for (const [kind, lookup] of this.#lookups) fillMatches(lookup, wanted[kind], addOnPurchaseId, false)
    const unknown = wanted.username.filter(({ matches, index }) => matches[index] === noMatch)
    fillMatches(this.#findFormer, unknown, addOnPurchaseId, true)
    return matched
  }

  /** The ids of the users that {@link find} returns. Digits may add users who had them as their name. */
  listIds({ usernames, userIds, addresses }: UserKeys): number[] {
    const ids = this.#listIds.getOne({
      usernames: JSON.stringify(usernames),
      userIds: JSON.stringify(userIds),
      addresses: JSON.stringify(addresses),
    })
    return JSON.parse(ids) as number[]
  }
}

const noMatch: KeyMatch<Candidate> = { users: [], isFormer: false }

function groupByKind(matched: readonly MatchedRequest[]): Record<KeyKind, WantedKey[]> {
  const wanted: Record<KeyKind, WantedKey[]> = { username: [], email: [], user_id: [] }
  for (const { request, matches } of matched)
    request.keys.forEach((key, index) => {
      wanted[key.kind].push({ value: key.value, matches, index })
      if (key.kind === 'user_id' && key.isAnyForm)
        wanted.username.push({ value: String(key.value), matches, index })
    })
  return wanted
}

function fillMatches(
  lookup: Lookup,
  wanted: readonly WantedKey[],
  addOnPurchaseId: number,
  isFormer: boolean,
): void {
  if (wanted.length === 0) return
  const keys = JSON.stringify(wanted.map(({ value }) => value))
  for (const row of JSON.parse(lookup.getOne({ addOnPurchaseId, keys })) as CandidateRow[]) {
    const key = wanted[row[0]]
    if (key === undefined) continue
    const { matches, index } = key
    const earlier = matches[index] ?? noMatch
    const match = { users: [toCandidate(row, key)], isFormer }
    matches[index] = earlier === noMatch ? match : joinMatches(earlier, match)
  }
}

/** Several keys can name one user: digits are an id and a username. */
function joinMatches(
  earlier: KeyMatch<Candidate>,
  { users, isFormer }: KeyMatch<Candidate>,
): KeyMatch<Candidate> {
  const added = users.filter((user) => !earlier.users.some(({ userId }) => userId === user.userId))
  return { users: [...earlier.users, ...added], isFormer: isFormer || earlier.isFormer }
}

const isPresent = 'users.gone_at IS NULL'

/** SQLite's NOCASE folds ASCII only: `emails` has the other addresses in folded form. */
const ownersOfAddress = `
  SELECT id FROM users WHERE email = wanted.value COLLATE NOCASE AND gone_at IS NULL
  UNION SELECT user_id FROM emails WHERE address = wanted.value
`

/** A former name counts only if no user has it now. */
const listIds = `
  WITH named (id) AS (
    SELECT users.id FROM json_each(:usernames) AS wanted
      CROSS JOIN users ON username = wanted.value COLLATE NOCASE AND ${isPresent}
    UNION ALL
    SELECT users.id FROM json_each(:addresses) AS wanted
      CROSS JOIN users ON users.id IN (${ownersOfAddress}) AND ${isPresent}
    UNION ALL
    SELECT users.id FROM json_each(:userIds) AS wanted CROSS JOIN users ON users.id = wanted.value
    UNION ALL
    SELECT users.id FROM json_each(:usernames) AS wanted
      CROSS JOIN former_usernames AS former ON former.username = wanted.value COLLATE NOCASE
      CROSS JOIN users ON users.id = former.user_id AND ${isPresent}
      AND NOT EXISTS (SELECT 1 FROM users WHERE username = wanted.value COLLATE NOCASE AND ${isPresent})
  )
  SELECT json_group_array(id) FROM named
`

/**
 * @param tables joined to the keys, with the condition of a match
 * @param isGone an SQL expression; a column that the index lacks would double the time
 */
function prepareLookup(statements: Statements, tables: string, isGone = '0'): Lookup {
  const find = statements.prepare<[{ addOnPurchaseId: number; keys: string }], string>(`
    SELECT json_group_array(json_array(
      wanted.key, users.id, nullif(users.username, wanted.value), state, users.type, member, ${isGone},
      EXISTS (SELECT 1 FROM seats WHERE add_on_purchase_id = :addOnPurchaseId AND user_id = users.id),
      iif(
        EXISTS (SELECT 1 FROM pending_changes),
        (SELECT change FROM pending_changes WHERE add_on_purchase_id = :addOnPurchaseId AND user_id = users.id),
        NULL
      )
    ))
    FROM json_each(:keys) AS wanted
    CROSS JOIN ${tables}
  `)
  return find.pluck()
}

/** By index: taking the columns apart in one step would cost as much as parsing them. */
function toCandidate(row: CandidateRow, { value }: WantedKey): Candidate {
  const pendingChange = row[8]
  return {
    userId: row[1],
    username: row[2] ?? String(value),
    state: row[3],
    type: row[4],
    member: row[5] === 1,
    isGone: row[6] === 1,
    holdsSeat: pendingChange === null ? row[7] === 1 : pendingChange === 'give',
    isPending: pendingChange !== null,
  }
}
