import { describe, expect, test } from 'vitest'
import { groupTree } from '../support/group-tree.ts'
import { hostedToken } from '../support/host-gitlab.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { openTeam } from '../support/sample-team.ts'
import { answerWith, type Tampering } from '../support/tampering-proxy.ts'

const platform = ['--members-of', 'acme/platform']
const all = ['--yes', '--max-removals', '100%']

function openGroups(): Promise<LinkedTeam> {
  return openLinkedTeam(groupTree)
}

const commands = [
  ['bulk-assign', ['bulk-assign', '--members-of']],
  ['bulk-unassign', ['bulk-unassign', '--yes', '--members-of']],
  ['apply', ['apply', ...all, '--members-of']],
  ['reclaim', ['reclaim', '--inactive-for', '1d', ...all, '--except-members-of']],
] as const

describe.each(commands)('%s with a group', (_, command) => {
  const flag = command.at(-1) ?? ''

  async function expectRefusal(team: LinkedTeam, code: number, ...args: string[]): Promise<string> {
    const before = team.readOwnStore()
    const finished = await team.inProcess.run([...command, ...args])
    expect([finished.code, finished.stdout], finished.stderr).toEqual([code, ''])
    expect(team.listCalls()).toEqual([])
    expect(team.readOwnStore()).toEqual(before)
    return finished.stderr
  }

  test('a group that does not exist ends with exit code 4, and nothing is written', async () => {
    const team = await openGroups()
    const told = await expectRefusal(team, 4, 'acme/platform', flag, 'acme/typo')
    expect(told).toBe(
      'error: The group acme/typo does not exist, or GitLab hides it from this token. Nothing was written.\n' +
        'hint: Check the spelling of its full path, and use a token that may read its members.\n',
    )
  })

  test('hidden members end with exit code 4, and nothing is written', async () => {
    const team = await openGroups()
    team.proxy.tamper = ({ operation }) =>
      operation === 'ReadGroupMembers'
        ? answerWith({ data: { group: { fullPath: 'acme/platform', groupMembers: null } } })
        : 'pass'
    expect(await expectRefusal(team, 4, 'acme/platform')).toContain(
      'GitLab hides members of the group acme/platform from this token. Nothing was written.',
    )
  })

  test.each<[string, Tampering]>([
    ['fails', { status: 500, body: '{"errors":[{"message":"Internal server error"}]}' }],
    ['is a page that it had before', answerWith({ data: { group: makePage('loop') } })],
    [
      'GitLab gave up',
      answerWith({ data: { group: null }, errors: [{ message: 'Timeout on Group.groupMembers' }] }),
    ],
    ['has no cursor', answerWith({ data: { group: makePage(null) } })],
  ])('a second page that %s ends with exit code 6, and nothing is written', async (_name, tampering) => {
    const team = await openGroups()
    let pages = 0
    team.proxy.tamper = ({ operation }) => {
      if (operation !== 'ReadGroupMembers') return 'pass'
      pages += 1
      return pages === 1 ? answerWith({ data: { group: makePage('loop') } }) : tampering
    }
    await expectRefusal(team, 6, 'acme/platform')
  })

  test('groups without members end with exit code 5, and nothing is written', async () => {
    const team = await openGroups()
    const told = await expectRefusal(
      team,
      5,
      'acme/empty',
      flag,
      'acme/platform/tools',
      '--min-role',
      'owner',
    )
    expect(told).toContain(
      'error: The groups acme/empty, acme/platform/tools have no members with the role owner or higher who count. Nothing was written.\n',
    )
  })

  test('an empty group beside another one has a warning', async () => {
    const team = await openGroups()
    const { code, stderr } = await team.inProcess.run([...command, 'acme/empty', flag, 'acme/data'])
    expect(code).toBe(0)
    expect(stderr).toContain(
      'warning: The group acme/empty has no members who count. The other groups were used.\n',
    )
    expect(stderr).toContain('Left out, since no user has accepted them: 1 invitation.\n')
  })

  test('a GitLab without lists of members is told so', async () => {
    const team = await openGroups()
    team.proxy.tamper = async ({ operation }) => (operation === 'Connect' ? forgetRelations(team) : 'pass')
    const told = await expectRefusal(team, 1, 'acme/platform')
    expect(told).toContain('error: The API of GitLab 18.6.0-ee does not list the members of a group.\n')
  })

  test('a store that is not linked is refused with the command that links it', async () => {
    const workdir = await openTeam()
    const { code, stderr } = await workdir.inProcess.run([...command, 'acme/platform', '--dry-run'])
    expect([code, stderr]).toEqual([
      2,
      'error: Members of a group are read from GitLab, and this store is not linked to one. Nothing was written.\n' +
        'hint: Link it first: duo-seats link https://gitlab.example.com\n',
    ])
  })

  test('--no-push is refused, since GitLab would not be read', async () => {
    const team = await openGroups()
    const told = await expectRefusal(team, 2, 'acme/platform', '--no-push')
    expect(told).toBe(
      'error: Members of a group are read from GitLab, and --no-push does not read from it. Nothing was written.\n' +
        'hint: Leave out --no-push. For a plan without a change, use --dry-run.\n',
    )
  })

  test('an option about groups is a mistake without a group', async () => {
    const workdir = await openTeam()
    workdir.write('list.csv', 'username\nada\n')
    const file = flag === '--members-of' ? ['list.csv'] : []
    const { code, stderr } = await workdir.inProcess.run([...command.slice(0, -1), ...file, '--inherited'])
    expect([code, stderr]).toEqual([
      2,
      `error: --inherited needs a group.\nhint: Name one: ${flag} acme/platform. Or leave out --inherited.\n`,
    ])
  })
})

describe('a mistyped group', () => {
  test.each([
    '',
    '/',
    'acme/platform,',
    'acme/data,acme platform',
    'https://gitlab.example.com/acme',
    'acme//platform',
    'acme platform',
  ])('the path %j is a mistake', async (path) => {
    const { code, stderr } = await (await openTeam()).inProcess.run(['apply', '--members-of', path])
    expect(code).toBe(2)
    expect(stderr).toContain('It takes the full path of a group, such as acme/platform.')
  })

  test('an unknown role is a mistake', async () => {
    const { code, stderr } = await (await openTeam()).inProcess.run([
      'apply',
      ...platform,
      '--min-role',
      'admin',
    ])
    expect(code).toBe(2)
    expect(stderr).toContain('Allowed choices are guest, planner, reporter, developer, maintainer, owner.')
  })

  test.each(['--min-role guest', '--with-subgroups', '--with-invited'])(
    '%s without a group is a mistake',
    async (option) => {
      const { code, stderr } = await (await openTeam()).inProcess.run([
        'apply',
        'list.csv',
        ...option.split(' '),
      ])
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining(`error: ${option.split(' ')[0]} needs a group.\n`),
      ])
    },
  )
})

function makePage(endCursor: string | null): object {
  const user = { id: 'gid://gitlab/User/2', username: 'Bob', state: 'active', type: 'HUMAN' }
  const nodes = [{ accessLevel: { integerValue: 30 }, expiresAt: null, user }]
  return { fullPath: 'acme/platform', groupMembers: { nodes, pageInfo: { hasNextPage: true, endCursor } } }
}

/** The answer to the first query, as a GitLab without the enum sends it. */
async function forgetRelations({ proxy }: LinkedTeam): Promise<Tampering> {
  const { connect } = await import('../../src/gitlab/documents.ts')
  const { tamper } = proxy
  proxy.tamper = () => 'pass'
  const response = await fetch(`${proxy.url}/api/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hostedToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: connect }),
  })
  proxy.tamper = tamper
  const { data } = (await response.json()) as { data: object }
  return answerWith({ data: { ...data, memberRelation: null } })
}

describe('a group of bots', () => {
  test.each(['bulk-assign', 'apply'])('%s refuses it: no member could hold a seat', async (name) => {
    const team = await openGroups()
    const { code, stderr } = await team.inProcess.run([
      name,
      '--members-of',
      'acme/bots',
      ...(name === 'apply' ? all : []),
    ])
    expect(code).toBe(5)
    expect(stderr).toContain('The group acme/bots has no members who count. Nothing was written.')
    expect(team.listGitLabHolders()).toEqual(['ada'])
  })
})

describe('members that GitLab does not find by their ids', () => {
  function openWithMembers(...ids: number[]): Promise<LinkedTeam> {
    return openGroups().then((team) => {
      const nodes = ids.map((id) => ({
        accessLevel: { integerValue: 30 },
        expiresAt: null,
        user: { id: `gid://gitlab/User/${id}`, username: `user-${id}`, state: 'active', type: 'HUMAN' },
      }))
      const groupMembers = { nodes, pageInfo: { hasNextPage: false, endCursor: null } }
      team.proxy.tamper = ({ operation }) =>
        operation === 'ReadGroupMembers'
          ? answerWith({ data: { group: { fullPath: 'acme/platform', groupMembers } } })
          : 'pass'
      return team
    })
  }

  test('apply refuses a run without a single known member, also with --max-unknown', async () => {
    const team = await openWithMembers(98, 99)
    const { code, stderr } = await team.inProcess.run([
      'apply',
      ...platform,
      ...all,
      '--max-unknown',
      '2',
      '--quiet',
    ])
    expect([code, stderr]).toEqual([
      5,
      'error: Refused: none of the 2 rows of the list names a user. Nothing was written.\n' +
        'hint: Check that it is the right list. For a file, --column NAME chooses the column.\n',
    ])
    expect(team.listGitLabHolders()).toEqual(['ada'])
  })

  test('apply counts a percentage of --max-unknown from all members', async () => {
    const team = await openWithMembers(2, 3, 98, 99)
    const { results } = await team.inProcess.runForJson<{ results: object[] }>(3, [
      'apply',
      ...platform,
      ...all,
      '--max-unknown',
      '50%',
    ])
    expect(results).toMatchObject([
      { input: 'ada', outcome: 'unassigned' },
      { input: '@user-2', outcome: 'assigned' },
      { input: '@user-3', outcome: 'assigned' },
      { input: '@user-98', outcome: 'user_not_found', message: 'GitLab no longer lists the user.' },
      { input: '@user-99', outcome: 'user_not_found', message: 'GitLab no longer lists the user.' },
    ])
  })
})

describe('the list of a run', () => {
  test.each([
    ['bulk-assign', []],
    ['bulk-unassign', []],
    ['apply', []],
  ])('%s takes a file or groups, not both', async (name) => {
    const team = await openGroups()
    team.workdir.write('list.csv', 'username\nada\n')
    const { code, stderr } = await team.inProcess.run([name, 'list.csv', ...platform])
    expect([code, stderr]).toEqual([
      2,
      'error: Both the file list.csv and --members-of are given.\nhint: Leave out one of them.\n',
    ])
  })

  test.each(['bulk-unassign', 'apply'])(
    '%s without a file and without a group is a mistake',
    async (name) => {
      const { code, stderr } = await (await openTeam()).inProcess.run([name])
      expect([code, stderr]).toEqual([
        2,
        'error: No list is given.\nhint: Name a CSV file, - for standard input, or a group: --members-of acme/platform.\n',
      ])
    },
  )

  test.each(['--rejects rejects.csv', '--delimiter tab', '--column name', '--no-header'])(
    '%s is about a file, and a mistake beside a group',
    async (option) => {
      const { code, stderr } = await (await openTeam()).inProcess.run([
        'apply',
        ...platform,
        ...option.split(' '),
      ])
      expect(code).toBe(2)
      expect(stderr).toContain(
        `option '--members-of <path>' cannot be used with option '${option.split(' ')[0]}`,
      )
    },
  )

  test('the file of the environment is not read beside a group', async () => {
    const team = await openGroups()
    const env = { DUO_BULK_USER_FILE_PATH: team.workdir.join('missing.csv') }
    await team.inProcess.runForJson(0, ['bulk-assign', ...platform], { env })
  })

  test('--results has a row for each member', async () => {
    const team = await openGroups()
    await team.inProcess.runForJson(0, ['bulk-assign', ...platform, '--results', 'results.csv'])
    expect(team.workdir.read('results.csv')).toContain(",'@Bob,Bob,2,assigned,true,")
  })
})
