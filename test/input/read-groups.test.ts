import { describe, expect, test } from 'vitest'
import { makeGroup } from '../support/group-tree.ts'
import { makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { checkSnapshot } from '../support/read-whole-snapshot.ts'

const users = [makeUser(7, 'ada'), makeUser(8, 'Bob')]

function check(groups: unknown, facts: object = {}) {
  return checkSnapshot(makeSnapshot({ users, groups, ...facts }), new Date('2026-03-02T08:00:00Z'))
}

/** The lines of the faults. */
function listFaults(groups: unknown, facts: object = {}): string[] {
  const { snapshot, faults } = check(groups, facts)
  expect(snapshot).toBeNull()
  return faults.describe().split('\n').slice(1)
}

describe('the groups of a snapshot', () => {
  test('the groups of a snapshot are absent without groups', () => {
    expect(check(undefined).snapshot).not.toHaveProperty('groups')
    expect(check([]).snapshot).not.toHaveProperty('groups')
  })

  test('the groups of a snapshot have members by id, by username in any case, and by email', () => {
    const members: [string | number, string, object?][] = [
      [7, 'owner'],
      ['BOB', 'security_manager', { expires_on: '2026-12-31' }],
      ['new@example.com', 'guest'],
    ]
    const groups = [makeGroup('acme', members, ['acme/data']), { full_path: 'acme/data' }]
    expect(check(groups).snapshot?.groups).toEqual([
      {
        fullPath: 'acme',
        members: [
          { userId: 7, invitedEmail: null, accessLevel: 50, expiresOn: null },
          { userId: 8, invitedEmail: null, accessLevel: 25, expiresOn: '2026-12-31' },
          { userId: null, invitedEmail: 'new@example.com', accessLevel: 10, expiresOn: null },
        ],
        invitedGroups: [{ fullPath: 'acme/data', accessLevel: 30 }],
      },
      { fullPath: 'acme/data', members: [], invitedGroups: [] },
    ])
  })

  test.each<[string, unknown, string]>([
    ['are no list', {}, '  groups: expected an array, got {}'],
    [
      'have no path',
      [{}],
      '  groups[0].full_path: expected the full path of a group, such as "acme/platform", got nothing',
    ],
    [
      'have a path with a slash at its end',
      [{ full_path: 'acme/' }],
      '  groups[0].full_path: expected the full path of a group, such as "acme/platform", got "acme/"',
    ],
    [
      'have one path twice',
      [{ full_path: 'acme' }, { full_path: 'ACME' }],
      '  groups[1].full_path: expected a value different from groups[0].full_path, got "ACME"',
    ],
    [
      'have a member without a user',
      [{ full_path: 'acme', members: [{ role: 'guest' }] }],
      '  groups[0].members[0]: expected one of user_id, username and email, got 0',
    ],
    [
      'have a member with an unknown id',
      [makeGroup('acme', [[1, 'guest']])],
      '  groups[0].members[0].user_id: expected the id of a user, got 1',
    ],
    [
      'have a member with an unknown name',
      [makeGroup('acme', [['typo', 'guest']])],
      '  groups[0].members[0].username: expected the username of a user, got "typo"',
    ],
    [
      'have an unknown role',
      [makeGroup('acme', [['ada', 'boss']])],
      '  groups[0].members[0].role: expected "minimal_access" | "guest" | "planner" | "reporter" | "security_manager" | "developer" | "maintainer" | "owner", got "boss"',
    ],
    [
      'invite a group that is not listed',
      [makeGroup('acme', [], ['acme/typo'])],
      '  groups[0].invited_groups[0].full_path: expected the path of a group, got "acme/typo"',
    ],
  ])('the groups of a snapshot are refused if they %s', (_name, groups, fault) => {
    expect(listFaults(groups)).toEqual([fault])
  })

  test('the groups of a snapshot name no unknown user where the list of users is broken', () => {
    expect(listFaults([makeGroup('acme', [[1, 'guest']])], { users: [null] })).toEqual([
      '  users[0]: expected an object, got null',
    ])
  })

  test('the groups of a snapshot may have further keys, which are noted once', () => {
    const member = { user_id: 7, role: 'guest', note: '' }
    const groups = [{ full_path: 'acme', name: 'Acme', members: [member, member] }]
    expect(check(groups).unknownKeys).toEqual(['groups[].name', 'groups[].members[].note'])
  })
})
