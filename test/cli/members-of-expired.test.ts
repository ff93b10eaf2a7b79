import { describe, expect, test } from 'vitest'
import { makeGroup } from '../support/group-tree.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { makeSeat, makeUser } from '../support/make-snapshot.ts'
import { condense } from '../support/run-document.ts'

const platform = ['--members-of', 'acme/platform']
const all = ['--yes', '--max-removals', '100%']
const expired = { expires_on: '2020-01-01' }

describe('an expired membership', () => {
  /** Each of bob, carol and eve has another membership with a lower role, which has not expired. */
  const withExpired = {
    seats: [2, 3, 5, 7].map((id) => makeSeat(id)),
    groups: [
      makeGroup('acme', [
        ['ada', 'owner'],
        ['bob', 'guest'],
        ['eve', 'developer', expired],
      ]),
      makeGroup(
        'acme/platform',
        [
          ['bob', 'maintainer', expired],
          ['carol', 'developer', expired],
        ],
        ['acme-data'],
      ),
      makeGroup('acme/platform/tools', [['eve', 'guest']]),
      makeGroup('acme-data', [['carol', 'guest']]),
    ],
  }
  const everywhere = [...platform, '--inherited', '--with-subgroups', '--with-invited']

  test('apply takes no seat of a member whose expired membership may hide another one', async () => {
    const team = await openLinkedTeam(withExpired)
    const { code, stdout, stderr } = await team.inProcess.run([
      'apply',
      ...everywhere,
      ...all,
      '--format',
      'json',
    ])
    expect(code).toBe(0)
    expect(condense(JSON.parse(stdout))).toEqual([
      ['twin-one', 'unassigned', 'confirmed'],
      ['@ada', 'assigned', 'confirmed'],
    ])
    expect(stderr).toBe(
      'Left out, since they have expired: 3 memberships.\n' +
        'Left as they are, since another membership may be hidden behind an expired one: 3 users.\n',
    )
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
  })

  test('bulk-unassign takes no seat of a member whose expired membership may hide another one', async () => {
    const team = await openLinkedTeam(withExpired)
    const document = await team.inProcess.runForJson(0, ['bulk-unassign', ...everywhere, '--yes'])
    expect(condense(document)).toEqual([['@ada', 'not_assigned', null]])
  })

  test('apply takes the seat of a user with an expired membership of the only groups that are read', async () => {
    const team = await openLinkedTeam(withExpired)
    const command = ['apply', ...platform, '--members-of', 'acme-data', ...all]
    expect(condense(await team.inProcess.runForJson(0, command))).toEqual([
      ['Bob', 'unassigned', 'confirmed'],
      ['eve', 'unassigned', 'confirmed'],
      ['twin-one', 'unassigned', 'confirmed'],
      ['@carol', 'already_assigned', null],
    ])
  })

  test('reclaim keeps the seat of a member whose expired membership may hide another one', async () => {
    const idlers = {
      users: ['ada', 'bob', 'carol'].map((name, index) =>
        makeUser(index + 1, name, { last_duo_activity_on: '2020-02-01' }),
      ),
      seats: [1, 2, 3].map((id) => makeSeat(id)),
      groups: [
        makeGroup('acme/board', [['ada', 'owner', expired]]),
        makeGroup('acme/board/staff', [
          ['ada', 'guest'],
          ['bob', 'guest'],
        ]),
      ],
    }
    const team = await openLinkedTeam(idlers)
    team.changeOwnStore("UPDATE seats SET seen_at = '2021-01-01T00:00:00.000Z'")
    await team.inProcess.runForJson(0, [
      ...'reclaim --inactive-for 60d --max-removals 100% --yes --with-subgroups'.split(' '),
      '--except-members-of',
      'acme/board',
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'bob'])
  })
})
