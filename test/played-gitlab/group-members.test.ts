import { describe, expect, test } from 'vitest'
import { groupTree, makeGroup } from '../support/group-tree.ts'
import { makeTeamSnapshot } from '../support/sample-team.ts'
import { shareGitLab } from './shared-gitlab.ts'

/** The owner of a group is a developer of the group that invites it. */
const groups = [...groupTree.groups, makeGroup('acme/lender', [], ['acme'])]

const gitlab = shareGitLab(makeTeamSnapshot({ groups }))

interface Member {
  user: { username: string } | null
  accessLevel: { integerValue: number; stringValue: string }
  expiresAt: string | null
}

interface Page {
  nodes: Member[]
  pageInfo: { endCursor: string; hasNextPage: boolean }
}

async function ask(path: string, args: string, fields: string): Promise<Page> {
  const { data, errors } = await gitlab().ask(
    `query($path: ID!) { group(fullPath: $path) { groupMembers${args} { ${fields} } } }`,
    { path },
  )
  expect(errors).toBeUndefined()
  const { group } = data as { group: { groupMembers: Page } }
  return group.groupMembers
}

/** Names with levels, such as `carol 30`; an invitation has no name. */
async function listMembers(path: string, args = ''): Promise<string[]> {
  const { nodes } = await ask(path, args, 'nodes { user { username } accessLevel { integerValue } }')
  return nodes.map(({ user, accessLevel }) => `${user?.username ?? 'invited'} ${accessLevel.integerValue}`)
}

const direct = ['carol 30', 'Bob 40', 'dora 30', 'project_1_bot 40', 'invited 30', 'twin-one 30']

describe('groupMembers', () => {
  test('groupMembers lists direct and inherited members by default', async () => {
    expect(await listMembers('acme/platform')).toEqual(['ada 50', ...direct])
  })

  test.each([
    ['DIRECT', direct],
    ['INHERITED', ['ada 50']],
    ['DESCENDANTS', ['eve 25']],
    ['SHARED_FROM_GROUPS', ['frank 10', 'Bob 20']],
    ['DIRECT, SHARED_FROM_GROUPS', [...direct, 'frank 10']],
  ])('groupMembers lists each user once, with the highest role, for %s', async (relations, members) => {
    expect(await listMembers('acme/platform', `(relations: [${relations}])`)).toEqual(members)
  })

  test('groupMembers lists members of groups that are invited to a group above', async () => {
    expect(await listMembers('acme/platform/tools', '(relations: [SHARED_FROM_GROUPS])')).toEqual([
      'frank 10',
      'Bob 20',
    ])
  })

  test('groupMembers limits the role of members of an invited group', async () => {
    expect(await listMembers('acme/lender', '(relations: [DIRECT, SHARED_FROM_GROUPS])')).toEqual(['ada 30'])
  })

  test('groupMembers has roles, days and null for an invitation', async () => {
    const fields = 'nodes { user { username } accessLevel { integerValue stringValue } expiresAt }'
    const { nodes } = await ask('acme/platform', '(relations: [DIRECT])', fields)
    expect(nodes.slice(-2)).toEqual([
      { user: null, accessLevel: { integerValue: 30, stringValue: 'DEVELOPER' }, expiresAt: null },
      {
        user: { username: 'twin-one' },
        accessLevel: { integerValue: 30, stringValue: 'DEVELOPER' },
        expiresAt: '2020-01-01',
      },
    ])
  })

  test('groupMembers pages by keys, forwards and backwards', async () => {
    const fields =
      'nodes { user { username } } pageInfo { startCursor endCursor hasNextPage hasPreviousPage }'
    const first = await ask('acme/platform', '(relations: [DIRECT], first: 4)', fields)
    const { endCursor } = first.pageInfo
    expect(JSON.parse(Buffer.from(endCursor, 'base64url').toString())).toEqual({
      id: expect.stringMatching(/^\d+$/),
    })
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
    const second = await ask('acme/platform', `(relations: [DIRECT], after: "${endCursor}")`, fields)
    expect(second.nodes.map(({ user }) => user?.username)).toEqual([undefined, 'twin-one'])
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
    const back = await ask('acme/platform', `(relations: [DIRECT], last: 1, before: "${endCursor}")`, fields)
    expect(back.nodes.map(({ user }) => user?.username)).toEqual(['dora'])
    expect(back.pageInfo).toMatchObject({ hasPreviousPage: true })
  })

  test('groupMembers refuses a cursor of another kind', async () => {
    const query = '{ group(fullPath: "acme") { groupMembers(after: "MTAw") { nodes { id } } } }'
    expect((await gitlab().ask(query)).errors).toMatchObject([{ message: 'Please provide a valid cursor' }])
  })

  test.each(['acme/typo', 'nowhere'])(
    'the group %s, which the snapshot lacks, is null without an error',
    async (path) => {
      const query = 'query($path: ID!) { group(fullPath: $path) { id } }'
      expect(await gitlab().ask(query, { path })).toEqual({ data: { group: null } })
    },
  )

  test('a group is found in any letter case, and shows its own spelling', async () => {
    const query = '{ group(fullPath: "ACME/Platform") { fullPath name } }'
    expect(await gitlab().ask(query)).toEqual({
      data: { group: { fullPath: 'acme/platform', name: 'platform' } },
    })
  })
})

describe('members/all over REST', () => {
  const list = async (path: string, query = '') => {
    const address = `${gitlab().url}/api/v4/groups/${encodeURIComponent(path)}/members/all${query}`
    const answer = await fetch(address, { headers: { authorization: `Bearer ${gitlab().token}` } })
    return {
      status: answer.status,
      body: (await answer.json()) as { username: string; access_level: number }[],
    }
  }

  test('members/all lists direct, inherited and invited members by page, without invitations by email', async () => {
    const names = ['ada 50', ...direct.filter((name) => !name.startsWith('invited')), 'frank 10']
    const { body } = await list('acme/platform')
    const found = body.map(({ username, access_level: level }) => `${username} ${level}`)
    expect(found.toSorted()).toEqual(names.toSorted())
    const pages = [
      await list('acme/platform', '?per_page=4'),
      await list('acme/platform', '?per_page=4&page=2'),
    ]
    expect(pages.map((page) => page.body.length)).toEqual([4, names.length - 4])
  })

  test('members/all of an unknown group is not found', async () => {
    expect((await list('acme/unknown')).status).toBe(404)
    expect((await list('%')).status).toBe(404)
  })
})
