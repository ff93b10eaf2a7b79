import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { addDays } from '../../src/domain/day.ts'
import { groupTree, makeGroup } from '../support/group-tree.ts'
import { hostedToken } from '../support/host-gitlab.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { runAtTerminal } from '../support/run-at-terminal.ts'
import { condense, type RunDocument } from '../support/run-document.ts'
import type { Passing, Tampering } from '../support/tampering-proxy.ts'

const platform = ['--members-of', 'acme/platform']
const data = ['--members-of', 'acme/data']
const all = ['--yes', '--max-removals', '100%']

const leftOut = `Left out, since they cannot be given a seat and hold none: 1 blocked, 1 project_bot.
Left out, since no user has accepted them: 1 invitation.
Left out, since they have expired: 1 membership.
`

function openGroups(facts: object = {}): Promise<LinkedTeam> {
  return openLinkedTeam({ ...groupTree, ...facts })
}

/** The inputs of the results, in order. */
async function listInputs(team: LinkedTeam, ...args: string[]): Promise<string[]> {
  const document = await team.inProcess.runForJson(0, ['bulk-assign', ...args, '--dry-run'])
  return document.results.map(({ input }) => input)
}

/** How often GitLab was asked for a page of members. */
function listPages(team: LinkedTeam): Passing[] {
  return team.proxy.seen.filter(({ operation }) => operation === 'ReadGroupMembers')
}

async function readRun<T>(team: LinkedTeam, id: number): Promise<T> {
  return (await team.inProcess.runForJson<{ run: { options: T } }>(0, ['runs', 'show', String(id)])).run
    .options
}

describe('bulk-assign --members-of', () => {
  test('bulk-assign gives a seat to the direct members of a group, by user id', async () => {
    const team = await openGroups()
    const document = await team.runForJson(0, ['bulk-assign', ...platform])
    expect(condense(document)).toEqual([
      ['@Bob', 'assigned', 'confirmed'],
      ['@carol', 'assigned', 'confirmed'],
    ])
    expect(document.results.map(({ line, user_id }) => [line, user_id])).toEqual([
      [null, 2],
      [null, 3],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol'])
    expect(condense(await team.inProcess.runForJson(0, ['bulk-assign', ...platform]))).toEqual([
      ['@Bob', 'already_assigned', null],
      ['@carol', 'already_assigned', null],
    ])
  })

  test('bulk-assign notes the members who are left out, with the reason', async () => {
    const team = await openGroups()
    const { code, stderr } = await team.inProcess.run(['bulk-assign', ...platform])
    expect([code, stderr]).toEqual([0, leftOut])
  })

  test('bulk-assign takes several groups as their union, and each user once', async () => {
    const team = await openGroups()
    expect(await listInputs(team, ...data, ...platform)).toEqual(['@Bob', '@frank', '@carol'])
  })

  test('bulk-assign takes a group once that is named twice', async () => {
    const team = await openGroups()
    expect(await listInputs(team, ...platform, '--members-of', '/Acme/Platform/')).toEqual(['@Bob', '@carol'])
    expect(listPages(team)).toHaveLength(1)
  })

  test.each([
    ['--inherited', ['@ada', '@Bob', '@carol']],
    ['--with-subgroups', ['@Bob', '@carol', '@eve']],
    ['--with-invited', ['@Bob', '@carol', '@frank']],
    ['--inherited --with-subgroups --with-invited', ['@ada', '@Bob', '@carol', '@eve', '@frank']],
    ['--min-role maintainer', ['@Bob']],
    ['--with-subgroups --min-role reporter', ['@Bob', '@carol', '@eve']],
    ['--with-subgroups --min-role developer', ['@Bob', '@carol']],
    ['--with-invited --min-role guest', ['@Bob', '@carol', '@frank']],
  ])('bulk-assign %s counts exactly these members', async (options, members) => {
    const team = await openGroups({ add_on_purchases: [makePurchase({ quantity: 9 })] })
    expect(await listInputs(team, ...platform, ...options.split(' '))).toEqual(members)
    expect(listPages(team)).toHaveLength(1)
  })

  test('bulk-assign reads every page of a large group, one after the other', async () => {
    const crowd = Array.from({ length: 230 }, (_, index) => makeUser(index + 1, `user${index + 1}`))
    const team = await openLinkedTeam({
      users: crowd,
      seats: [],
      add_on_purchases: [makePurchase({ quantity: 300 })],
      groups: [
        makeGroup(
          'acme',
          crowd.map(({ id }) => [id, 'developer']),
        ),
      ],
    })
    let waiting = 0
    team.proxy.tamper = ({ operation }) => {
      if (operation === 'ReadGroupMembers') waiting = Math.max(waiting, team.proxy.underway)
      return 'pass'
    }
    const { summary } = await team.inProcess.runForJson(0, ['bulk-assign', '--members-of', 'acme'])
    expect(summary.outcomes).toEqual({ assigned: 230 })
    expect(listPages(team)).toHaveLength(3)
    expect(waiting).toBe(1)
    expect(team.listGitLabHolders()).toHaveLength(230)
  })

  test('bulk-assign reads several groups at a time', async () => {
    const team = await openGroups()
    let arrived = 0
    team.proxy.tamper = async ({ operation }): Promise<Tampering> => {
      if (operation !== 'ReadGroupMembers') return 'pass'
      arrived += 1
      // The first request is held until the second one comes.
      while (arrived < 2) await wait(5)
      return 'pass'
    }
    await team.inProcess.runForJson(0, ['bulk-assign', ...platform, ...data, '--dry-run'])
    expect(arrived).toBe(2)
  })

  test('bulk-assign looks up members who are not in the store', async () => {
    const team = await openGroups()
    team.changeGitLab(`
      INSERT INTO users (id, username, name, state, type, member) VALUES (20, 'newbie', 'N', 'active', 'human', 1);
      INSERT INTO served_members (group_id, user_id, access_level) SELECT id, 20, 30 FROM served_groups WHERE full_path = 'acme/data'
    `)
    expect(condense(await team.inProcess.runForJson(0, ['bulk-assign', ...data]))).toEqual([
      ['@Bob', 'assigned', 'confirmed'],
      ['@frank', 'assigned', 'confirmed'],
      ['@newbie', 'assigned', 'confirmed'],
    ])
  })

  test('bulk-assign finds a member by id after a rename', async () => {
    const team = await openGroups()
    team.changeGitLab("UPDATE users SET username = 'karol' WHERE id = 3")
    expect(condense(await team.inProcess.runForJson(0, ['bulk-assign', ...platform]))).toEqual([
      ['@Bob', 'assigned', 'confirmed'],
      ['@karol', 'assigned', 'confirmed'],
    ])
  })

  test('bulk-assign works for a group on GitLab.com, and gives no seat to members of a foreign group', async () => {
    const subscription = {
      ...makeSnapshot().subscription,
      offering: 'gitlab.com',
      url: 'https://gitlab.com',
      group: 'acme',
    }
    const users = [makeUser(1, 'ada'), makeUser(2, 'bob'), makeUser(3, 'stranger', { member: false })]
    const groups = [
      makeGroup('acme/platform', [['bob', 'guest']]),
      makeGroup('other', [['stranger', 'developer']]),
    ]
    const team = await openLinkedTeam({ subscription, users, groups })
    const document = await team.inProcess.runForJson(3, ['bulk-assign', ...platform, '--members-of', 'other'])
    expect(condense(document)).toEqual([
      ['@bob', 'assigned', 'confirmed'],
      ['@stranger', 'invalid_user_membership', null],
    ])
  })
})

describe('apply --members-of', () => {
  test('apply makes the holders equal to the members, and has nothing to do after that', async () => {
    const team = await openGroups()
    const command = ['apply', ...platform, ...data, ...all]
    expect(condense(await team.inProcess.runForJson(0, command))).toEqual([
      ['ada', 'unassigned', 'confirmed'],
      ['@Bob', 'assigned', 'confirmed'],
      ['@carol', 'assigned', 'confirmed'],
      ['@frank', 'assigned', 'confirmed'],
    ])
    expect(team.listGitLabHolders()).toEqual(['Bob', 'carol', 'frank'])
    const again = await team.inProcess.runForJson(0, [...command, '--dry-run', '--exit-code'])
    expect(again.summary).toMatchObject({ removals: 0, needed: 0 })
  })

  test('apply keeps the seat of a blocked member, so that it removes only seats of users outside the groups', async () => {
    const team = await openGroups({ seats: [1, 4].map((id) => makeSeat(id)) })
    const document = await team.inProcess.runForJson(0, ['apply', ...platform, ...all])
    expect(condense(document)).toEqual([
      ['ada', 'unassigned', 'confirmed'],
      ['@Bob', 'assigned', 'confirmed'],
      ['@carol', 'assigned', 'confirmed'],
      ['@dora', 'already_assigned', null],
    ])
    expect(team.listGitLabHolders()).toEqual(['Bob', 'carol', 'dora'])
    const { code, stderr } = await team.inProcess.run(['apply', ...platform, ...all])
    expect(code).toBe(0)
    expect(stderr).toContain('Left out, since they cannot be given a seat and hold none: 1 project_bot.\n')
  })

  test('apply takes the seat of a user who has left the group', async () => {
    const team = await openGroups({ seats: [2, 3].map((id) => makeSeat(id)) })
    team.changeGitLab('DELETE FROM served_members WHERE user_id = 3')
    expect(condense(await team.inProcess.runForJson(0, ['apply', ...platform, ...all]))).toEqual([
      ['carol', 'unassigned', 'confirmed'],
      ['@Bob', 'already_assigned', null],
    ])
  })

  test('apply takes the seat of an expired member before GitLab removes the membership', async () => {
    const team = await openGroups({ seats: [2, 3, 7].map((id) => makeSeat(id)) })
    const { summary } = await team.inProcess.runForJson(0, ['apply', ...platform, ...all])
    expect(summary.outcomes).toEqual({ unassigned: 1, already_assigned: 2 })
    expect(team.listGitLabHolders()).toEqual(['Bob', 'carol'])
  })

  test('apply counts a member until the day before the membership expires', async () => {
    const today = new Date().toISOString().slice(0, 10)
    const tomorrow = addDays(today, 1)
    const groups = [
      makeGroup('acme', [
        ['bob', 'guest', { expires_on: today }],
        ['carol', 'guest', { expires_on: tomorrow }],
      ]),
    ]
    const team = await openLinkedTeam({ groups })
    expect(await listInputs(team, '--members-of', 'acme')).toEqual(['@carol'])
  })

  test('apply refuses a run beyond --max-removals, and changes nothing', async () => {
    const team = await openGroups()
    const { summary } = await team.inProcess.runForJson(5, [
      'apply',
      ...platform,
      '--yes',
      '--max-removals',
      '0',
    ])
    expect(summary).toMatchObject({ removals: 1, outcomes: { not_attempted: 3 } })
    expect(team.listGitLabHolders()).toEqual(['ada'])
  })

  test('apply --dry-run reads the members, and writes nothing', async () => {
    const team = await openGroups()
    const before = team.readOwnStore()
    const { code, stdout } = await team.inProcess.run([
      'apply',
      ...platform,
      '--dry-run',
      '--max-removals',
      '1',
    ])
    expect(code).toBe(0)
    expect(stdout).toContain('+ 2 to assign, - 1 to remove, = 0 unchanged, ! 0 not possible.\n')
    expect(team.listCalls()).toEqual([])
    expect(team.readOwnStore()).toEqual(before)
  })

  test('apply serves members in the order of the groups where seats are short', async () => {
    const team = await openGroups({ add_on_purchases: [makePurchase({ quantity: 2 })] })
    const document = await team.inProcess.runForJson(3, ['apply', ...data, ...platform, ...all])
    expect(condense(document)).toEqual([
      ['ada', 'unassigned', 'confirmed'],
      ['@Bob', 'assigned', 'confirmed'],
      ['@frank', 'assigned', 'confirmed'],
      ['@carol', 'no_seats_available', null],
    ])
  })
})

// `script` gives the command a terminal.
describe.runIf(existsSync('/usr/bin/script'))('apply --members-of at a terminal', () => {
  async function answerYes(team: LinkedTeam, meanwhile: () => void) {
    team.workdir.write('token.txt', hostedToken)
    const args = ['apply', ...platform, '--max-removals', '100%', '--token-file', 'token.txt']
    return runAtTerminal(team.workdir, args, { answer: 'y\n', meanwhile: async () => meanwhile() })
  }

  test('apply reads the members for the plan, and again after a yes', async () => {
    const team = await openGroups({ seats: [1, 5].map((id) => makeSeat(id)) })
    const { code, screen } = await answerYes(team, () => {})
    expect(code, screen).toBe(0)
    expect(screen).toContain('Seats to remove: 2, to assign: 2. Continue?')
    expect(screen.match(/1 project_bot/g)).toHaveLength(1)
    expect(listPages(team)).toHaveLength(2)
    expect(team.listGitLabHolders()).toEqual(['Bob', 'carol'])
  })

  test('apply removes no seat of a member who left the group during the question', async () => {
    const team = await openGroups({ seats: [1, 3, 5].map((id) => makeSeat(id)) })
    const leave = () => team.changeGitLab('DELETE FROM served_members WHERE user_id = 3')
    const { code, report } = await answerYes(team, leave)
    expect(code).toBe(5)
    expect(report).toContain('a seat would be removed that was not in the plan you confirmed')
    expect(team.listGitLabHolders()).toEqual(['ada', 'carol', 'eve'])
  })
})

describe('bulk-unassign --members-of', () => {
  test('bulk-unassign takes the seats of all members, blocked or not', async () => {
    const team = await openGroups({ seats: [1, 3, 4].map((id) => makeSeat(id)) })
    const document = await team.runForJson(0, ['bulk-unassign', ...platform, '--yes'])
    expect(condense(document)).toEqual([
      ['@Bob', 'not_assigned', null],
      ['@carol', 'unassigned', 'confirmed'],
      ['@dora', 'unassigned', 'confirmed'],
      ['@project_1_bot', 'not_assigned', null],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada'])
  })
})

describe('reclaim --except-members-of', () => {
  const idle = ['reclaim', '--inactive-for', '60d', '--max-removals', '100%', '--yes']

  /** All of them hold a seat that was idle for years. */
  const idlers = {
    users: ['ada', 'bob', 'carol', 'dora', 'eve'].map((name, index) =>
      makeUser(index + 1, name, { last_duo_activity_on: '2020-02-01' }),
    ),
    seats: [1, 2, 3, 4, 5].map((id) => makeSeat(id)),
    add_on_purchases: [makePurchase({ quantity: 5 })],
    groups: [
      makeGroup('acme/board', [['ada', 'owner']]),
      makeGroup('acme/board/staff', [['bob', 'guest']]),
      makeGroup('acme/empty', []),
    ],
  }

  async function openIdlers(): Promise<LinkedTeam> {
    const team = await openLinkedTeam(idlers)
    team.changeOwnStore("UPDATE seats SET seen_at = '2021-01-01T00:00:00.000Z'")
    return team
  }

  test('reclaim keeps the seats of the members, and of the users of a file', async () => {
    const team = await openIdlers()
    team.workdir.write('keep.csv', 'username\neve\n')
    const except = ['--except', 'keep.csv', '--except-members-of', 'acme/board', '--with-subgroups']
    const document = await team.inProcess.runForJson(0, [...idle, ...except])
    expect(condense(document)).toEqual([
      ['carol', 'unassigned', 'confirmed'],
      ['dora', 'unassigned', 'confirmed'],
      ['eve', 'already_assigned', null],
      ['@ada', 'already_assigned', null],
      ['@bob', 'already_assigned', null],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'bob', 'eve'])
    expect(await readRun(team, 1)).toMatchObject({
      except: 'keep.csv',
      except_members_of: ['acme/board'],
      min_role: null,
      with_subgroups: true,
      members: 2,
    })
  })

  test('reclaim without --yes reads the members as well', async () => {
    const team = await openIdlers()
    const dry = [...idle.slice(0, -1), '--except-members-of', 'acme/board']
    const { summary } = await team.inProcess.runForJson<RunDocument>(0, dry)
    expect(summary.removals).toBe(4)
    expect(team.listGitLabHolders()).toHaveLength(5)
  })

  test('reclaim removes no seat where the groups have no members', async () => {
    const team = await openIdlers()
    const { code, stderr } = await team.inProcess.run([...idle, '--except-members-of', 'acme/empty'])
    expect(code).toBe(5)
    expect(stderr).toContain('error: The group acme/empty has no members who count. Nothing was written.\n')
    expect(team.listGitLabHolders()).toHaveLength(5)
  })
})

describe('the audit trail', () => {
  test("runs show prints the groups in GitLab's spelling, the options and the number of members", async () => {
    const team = await openGroups()
    await team.inProcess.runForJson(0, [
      ...[
        'bulk-assign',
        '--members-of',
        'ACME/platform, acme/data',
        '--min-role',
        'reporter',
        '--with-invited',
      ],
    ])
    expect(await readRun(team, 1)).toEqual({
      add_on: null,
      on_shortage: 'fill',
      max_removals: null,
      members_of: ['acme/platform', 'acme/data'],
      min_role: 'reporter',
      inherited: false,
      with_subgroups: false,
      with_invited: true,
      members: 4,
    })
    const { stdout } = await team.inProcess.run(['runs', 'show', '1'])
    expect(stdout).toMatch(
      /^Command: +bulk-assign --on-shortage fill --members-of acme\/platform --members-of acme\/data --min-role reporter --with-invited$/m,
    )
    expect(stdout).toMatch(/^Members: +4 in the groups$/m)
  })

  test('runs prints the groups in each format', async () => {
    const team = await openGroups()
    await team.inProcess.runForJson(0, ['bulk-assign', ...data])
    for (const format of ['table', 'json', 'ndjson', 'csv'])
      expect((await team.inProcess.run(['runs', '--format', format])).code).toBe(0)
    const { stdout } = await team.inProcess.run(['runs', '--format', 'csv'])
    expect(stdout).toContain('""members_of"":[""acme/data""]')
  })
})
