import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  judgePerson,
  type KeyMatch,
  type KnownUser,
  type PersonRow,
} from '../../../src/domain/people/judge-person.ts'
import { type CellKind, readCell } from '../../../src/domain/people/read-cell.ts'

const ada = {
  userId: 1,
  username: 'ada',
  emails: ['ada@example.com', 'team@example.com'],
  former: [],
  isGone: false,
}
const bob = {
  userId: 2,
  username: 'bob',
  emails: ['bob@example.com', 'team@example.com'],
  former: ['rob'],
  isGone: false,
}
const cleo = { userId: 3, username: 'cleo', emails: [], former: ['cleopatra', 'rob2'], isGone: false }
const dora = {
  userId: 4,
  username: 'dora',
  emails: ['DÖRA@example.com'.toLowerCase()],
  former: ['rob2'],
  isGone: false,
}
/** Left, and another user has the username today. */
const gone = { userId: 9, username: 'ada', emails: [], former: [], isGone: true }

const team = [ada, bob, cleo, dora]

const site = 'https://gitlab.example.com'

const kinds: readonly CellKind[] = ['username', 'email', 'user_id']

/** A row with a username, an email address and an id. */
function readRow(cells: readonly string[]): PersonRow {
  const readings = cells.map((cell, index) => readCell(cell, kinds[index] ?? 'any'))
  return {
    keys: readings.flatMap(({ keys }) => keys),
    problem: readings.find(({ problem }) => problem !== null)?.problem ?? null,
  }
}

/** As the store matches keys. */
function match({ keys }: PersonRow): KeyMatch<KnownUser>[] {
  return keys.map(({ kind, value }) => {
    const find = (names: (user: (typeof team)[number]) => unknown) => team.filter(names)
    if (kind === 'user_id')
      return {
        users: [...find(({ userId }) => userId === value), ...(value === 9 ? [gone] : [])],
        isFormer: false,
      }
    if (kind === 'email')
      return { users: find(({ emails }) => emails.some((email) => email === value)), isFormer: false }
    const users = find(({ username }) => username === value)
    if (users.length > 0) return { users, isFormer: false }
    const bearers = find(({ former }) => former.some((name) => name === value))
    return { users: bearers, isFormer: bearers.length > 0 }
  })
}

function judge(...cells: string[]): unknown {
  const row = readRow(cells)
  const resolution = judgePerson(row, match(row), { site, hasForeignIds: false })
  if (!('user' in resolution)) return [resolution.outcome, resolution.detail]
  const { user, formerName } = resolution
  return formerName === null ? user.username : [user.username, formerName]
}

describe('the user of a row', () => {
  test.each<[string, string[], unknown]>([
    ['a username', ['ADA'], 'ada'],
    ['an address', ['', 'Ada@Example.com'], 'ada'],
    ['an address in decomposed Unicode', ['', 'do\u0308ra@example.com'], 'dora'],
    ['an id', ['', '', '1'], 'ada'],
    ['three cells that agree', ['ada', 'ada@example.com', '1'], 'ada'],
    ['an unknown address beside a username', ['ada', 'private@example.com'], 'ada'],
    ['an unknown username beside an address', ['adda', 'ada@example.com'], 'ada'],
    ['an unknown id beside a username', ['ada', '', '99'], 'ada'],
    ['an unreadable id beside a username', ['ada', '', 'A-17'], 'ada'],
    ['an id and a username that agree beside an unknown address', ['ada', 'x@example.com', '1'], 'ada'],
    ['a shared address beside a username', ['bob', 'team@example.com'], 'bob'],
    ['a shared address beside an id', ['', 'team@example.com', '2'], 'bob'],
    ['a display name beside an address', ['Bob Berg', 'bob@example.com'], 'bob'],
    ['a former username', ['ROB'], ['bob', 'rob']],
    ['a former username beside an address', ['rob', 'bob@example.com'], ['bob', 'rob']],
    ['the profile of a user', ['https://gitlab.example.com/Ada'], 'ada'],
  ])('%s means the user', (_, cells, expected) => {
    expect(judge(...cells)).toEqual(expected)
  })

  test.each<[string, string[], string]>([
    [
      'a username and an address of two users',
      ['ada', 'bob@example.com'],
      'username "ada" matches @ada, email "bob@example.com" matches @bob',
    ],
    [
      'a username and an id of two users',
      ['ada', '', '2'],
      'username "ada" matches @ada, user_id "2" matches @bob',
    ],
    [
      'an id beside an unknown username',
      ['eve', '', '1'],
      'username "eve" matches no known user, user_id "1" matches @ada',
    ],
    [
      'an id beside an unknown address',
      ['', 'eve@example.com', '1'],
      'email "eve@example.com" matches no known user, user_id "1" matches @ada',
    ],
    [
      'an id beside a display name',
      ['Eve Berg', '', '1'],
      'the display name matches no known user, user_id "1" matches @ada',
    ],
    [
      'the username of a user beside the id of another one who is gone',
      ['ada', '', '9'],
      'username "ada" matches @ada, user_id "9" matches @ada, who is gone',
    ],
    ['an address of two users', ['', 'team@example.com'], 'email "team@example.com" matches @ada and @bob'],
    [
      'an address of two users beside a third user',
      ['cleo', 'team@example.com'],
      'username "cleo" matches @cleo, email "team@example.com" matches @ada and @bob',
    ],
    ['a former username of two users', ['rob2'], 'username "rob2" was the name of @cleo and @dora'],
    ['two usernames in one cell', ['ada,bob'], 'several_names'],
    ['two addresses in one cell', ['', 'ada@example.com; bob@example.com'], 'several_names'],
    ['two usernames in one cell beside an address', ['@ada @bob', 'ada@example.com'], 'several_names'],
  ])('%s means no single user', (_, cells, detail) => {
    expect(judge(...cells)).toEqual(['ambiguous_user', detail])
  })

  test.each<[string, string[], string | null]>([
    ['an unknown username', ['eve'], 'username'],
    ['an unknown address', ['', 'eve@example.com'], 'email'],
    ['an unknown id', ['', '', '99'], 'user_id'],
    ['an unreadable id', ['', '', 'A-17'], 'not_a_user_id'],
    ['a display name', ['Linus Berg'], 'display_name'],
    ['a profile of another site', ['https://gitlab.com/ada'], 'other_site'],
    ['a project of a user', ['https://gitlab.example.com/adam/ada'], 'other_site'],
    ['a profile below the address of the site', ['https://gitlab.example.com.evil.org/ada'], 'other_site'],
    ['the id of a user who is gone', ['', '', '9'], 'gone'],
    ['the id of a user who is gone beside an unknown username', ['eve', '', '9'], 'gone'],
    ['an empty row', ['', '', ''], null],
  ])('%s means no user', (_, cells, detail) => {
    expect(judge(...cells)).toEqual(['user_not_found', detail])
  })

  test('the user of any row is named by every cell that names a user, and not by an id alone beside other cells', () => {
    const usernames = ['', 'ada', 'bob', 'rob', 'rob2', 'eve', 'Eve Berg', 'ada,bob']
    const emails = ['', 'ada@example.com', 'team@example.com', 'eve@example.com']
    const ids = ['', '1', '2', '3', '99', 'A-17']
    const anyRow = fc.tuple(
      fc.constantFrom(...usernames),
      fc.constantFrom(...emails),
      fc.constantFrom(...ids),
    )
    fc.assert(
      fc.property(anyRow, (cells) => {
        const row = readRow(cells)
        const matches = match(row)
        const resolution = judgePerson(row, matches, { site, hasForeignIds: false })
        if (!('user' in resolution)) return
        const telling = matches.filter(({ users }) => users.length > 0)
        for (const { users } of telling) expect(users).toContain(resolution.user)
        const namesByText = row.keys.some(
          ({ kind }, index) => kind !== 'user_id' && (matches[index]?.users.length ?? 0) > 0,
        )
        expect(namesByText || (cells[0] === '' && cells[1] === '')).toBe(true)
      }),
    )
  })
})
