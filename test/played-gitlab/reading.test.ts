import { describe, expect, test } from 'vitest'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { notAvailable, purchaseGid, shareGitLab, userGid } from './shared-gitlab.ts'

const crowd = Array.from({ length: 240 }, (_, index) => makeUser(1_000 + index, `crowd-${index}`))

/** An active and an expired purchase; two holders, one of them blocked; 240 further users without a seat. */
const selfManaged = shareGitLab(
  makeSnapshot({
    subscription: {
      offering: 'self-managed',
      url: 'https://gitlab.example.com',
      group: null,
      plan: 'premium',
      gitlab_version: '17.11.2',
      last_sync_at: '2026-03-02T03:00:00Z',
    },
    add_on_purchases: [
      makePurchase({ quantity: 10 }),
      makePurchase({ id: 2, add_on: 'duo-enterprise', quantity: 3, expires_on: '2026-02-01' }),
    ],
    users: [
      makeUser(7, 'ada', {
        name: 'Lovelace',
        last_activity_on: '2026-03-01',
        last_duo_activity_on: '2026-02-27',
      }),
      makeUser(8, 'Bob', { name: 'zoë', email: null, last_activity_on: '2026-02-01' }),
      makeUser(9, 'cleo', { name: 'Mo', state: 'blocked', last_activity_on: '2026-01-01' }),
      makeUser(10, 'dora', { name: 'Adams' }),
      makeUser(12, 'project_1_bot', { type: 'project_bot', name: 'Token' }),
      makeUser(13, 'ghost', { type: 'ghost' }),
      makeUser(14, 'robot', { type: 'kind_of_the_future' }),
      ...crowd,
    ],
    seats: [makeSeat(7), makeSeat(9)],
  }),
)

const subscription = {
  offering: 'gitlab.com',
  url: 'https://gitlab.com',
  group: 'acme',
  plan: 'ultimate',
  gitlab_version: '18.6.0',
  last_sync_at: null,
}

const gitlabCom = shareGitLab(
  makeSnapshot({
    subscription,
    users: [makeUser(7, 'ada'), makeUser(8, 'Bob', { member: false }), makeUser(9, 'cleo')],
    seats: [makeSeat(7)],
  }),
)

/** Queries `selfManagedAddOnEligibleUsers`; `args` and `fields` are GraphQL. Errors come as their messages. */
async function listUsers(args: string, fields: string): Promise<unknown> {
  const { data, errors } = await selfManaged().ask(`{
    list: selfManagedAddOnEligibleUsers(
      addOnType: CODE_SUGGESTIONS, addOnPurchaseIds: ["${purchaseGid(1)}"] ${args}
    ) { ${fields} }
  }`)
  return errors === undefined ? data?.['list'] : errors.map(({ message }) => message)
}

async function listNames(args: string): Promise<string[]> {
  const { nodes } = (await listUsers(args, 'nodes { username }')) as { nodes: { username: string }[] }
  return nodes.map(({ username }) => username)
}

describe('addOnPurchases', () => {
  test('addOnPurchases contains active purchases only', async () => {
    expect(
      await selfManaged().ask('{ addOnPurchases { id name purchasedQuantity assignedQuantity } }'),
    ).toEqual({
      data: {
        addOnPurchases: [
          { id: purchaseGid(1), name: 'CODE_SUGGESTIONS', purchasedQuantity: 10, assignedQuantity: 2 },
        ],
      },
    })
  })

  test.each([
    ['gitlab.com', gitlabCom, ''],
    ['gitlab.com', gitlabCom, '(namespaceId: "gid://gitlab/Group/2")'],
    ['self-managed', selfManaged, '(namespaceId: "gid://gitlab/Group/1")'],
  ])('addOnPurchases on %s is empty for another scope: %3$s', async (_, gitlab, args) => {
    expect(await gitlab().ask(`{ addOnPurchases${args} { id } }`)).toEqual({ data: { addOnPurchases: [] } })
  })

  test('addOnPurchases takes the global id of a group or of a namespace', async () => {
    for (const model of ['Group', 'Namespace'])
      expect(
        await gitlabCom().ask(`{ addOnPurchases(namespaceId: "gid://gitlab/${model}/1") { id } }`),
      ).toEqual({ data: { addOnPurchases: [{ id: purchaseGid(1) }] } })
  })
})

describe('eligible users', () => {
  test('an eligible user has every field that the store knows', async () => {
    const fields = `active avatarUrl bot createdAt email human id lastActivityOn lastDuoActivityOn lastLoginAt name
      publicEmail state type username webPath webUrl
      addOnAssignments(addOnPurchaseIds: ["${purchaseGid(1)}"]) { nodes { addOnPurchase { id name } } pageInfo { endCursor } }`
    expect(await listUsers(', first: 1, sort: ID_ASC', `nodes { ${fields} }`)).toEqual({
      nodes: [
        {
          active: true,
          avatarUrl: null,
          bot: false,
          createdAt: null,
          email: 'ada@example.com',
          human: true,
          id: userGid(7),
          lastActivityOn: '2026-03-01',
          lastDuoActivityOn: '2026-02-27',
          lastLoginAt: null,
          name: 'Lovelace',
          publicEmail: 'ada@example.com',
          state: 'active',
          type: 'HUMAN',
          username: 'ada',
          webPath: '/ada',
          webUrl: `${selfManaged().url}/ada`,
          addOnAssignments: {
            nodes: [{ addOnPurchase: { id: purchaseGid(1), name: 'CODE_SUGGESTIONS' } }],
            pageInfo: { endCursor: 'MQ' },
          },
        },
      ],
    })
  })

  test('the filter "true" lists all holders, "false" eligible users without a seat, none all eligible users', async () => {
    expect(
      await listUsers(', filterByAssignedSeat: "true", sort: ID_ASC', 'count nodes { username state }'),
    ).toEqual({
      count: 2,
      nodes: [
        { username: 'ada', state: 'active' },
        { username: 'cleo', state: 'blocked' },
      ],
    })
    expect(
      await listUsers(', filterByAssignedSeat: "false", first: 2, sort: ID_ASC', 'count nodes { username }'),
    ).toEqual({
      count: 242,
      nodes: [{ username: 'Bob' }, { username: 'dora' }],
    })
    expect(await listUsers(', first: 2, sort: ID_ASC', 'count nodes { username }')).toEqual({
      count: 243,
      nodes: [{ username: 'ada' }, { username: 'Bob' }],
    })
  })

  test('the filter is a string, not a boolean', async () => {
    expect(await listUsers(', filterByAssignedSeat: true', 'count')).toEqual([
      'String cannot represent a non string value: true',
    ])
  })

  test.each([
    ['ID_ASC', ['ada', 'Bob', 'dora']],
    ['ID_DESC', ['crowd-239', 'crowd-238', 'crowd-237']],
    ['NAME_ASC', ['dora', 'crowd-0', 'crowd-1']],
    ['NAME_DESC', ['Bob', 'ada', 'crowd-99']],
    ['LAST_ACTIVITY_ON_ASC', ['crowd-239', 'crowd-238', 'crowd-237']],
    ['LAST_ACTIVITY_ON_DESC', ['ada', 'Bob', 'dora']],
  ])('eligible users are sorted by %s', async (sort, names) => {
    expect(await listNames(`, first: 3, sort: ${sort}`)).toEqual(names)
  })

  test('a search finds parts of usernames and names, and replaces the sort order', async () => {
    expect(await listNames(', search: "LOVEL"')).toEqual(['ada'])
    expect(await listNames(', search: "wd-23", sort: ID_DESC, first: 3')).toEqual([
      'crowd-23',
      'crowd-230',
      'crowd-231',
    ])
    expect(await listNames(', search: "o%a"')).toEqual([])
    expect(await listNames(', search: "bo"')).toEqual([])
    expect(await listNames(', search: "@bob"')).toEqual(['Bob'])
    expect(await listNames(', search: ""')).toEqual([])
  })

  test('a search of several words finds them in any order, in a username or in a name', async () => {
    expect(await listNames(', search: "d-23 crowd-2", first: 2')).toEqual(['crowd-23', 'crowd-230'])
    expect(await listNames(', search: "crowd lovelace"')).toEqual([])
    expect(await listNames(', search: "zo lovelace"')).toEqual(['ada'])
    expect(await listNames(', search: "\\"crowd 23\\""')).toEqual([])
  })

  /** Sent with variables, so that any list of ids is possible. */
  async function countUsers(ids: readonly number[], filter?: string): Promise<unknown> {
    return selfManaged().ask(
      `query Q($ids: [GitlabSubscriptionsAddOnPurchaseID!]!, $filter: String) {
        list: selfManagedAddOnEligibleUsers(
          addOnType: CODE_SUGGESTIONS, addOnPurchaseIds: $ids, filterByAssignedSeat: $filter
        ) { count }
      }`,
      { ids: ids.map(purchaseGid), filter },
    )
  }

  test('an unknown or expired purchase has no holders and no error, and only the first purchase counts', async () => {
    for (const ids of [[77], [2], [2, 1]]) {
      expect(await countUsers(ids, 'true')).toEqual({ data: { list: { count: 0 } } })
      expect(await countUsers(ids, 'false')).toEqual({ data: { list: { count: 243 } } })
      expect(await countUsers(ids)).toEqual({ data: { list: { count: 243 } } })
    }
  })

  test('an empty list of purchases skips the filter', async () => {
    for (const filter of ['true', 'false', undefined])
      expect(await countUsers([], filter)).toEqual({ data: { list: { count: 243 } } })
  })

  test.each([
    [['true', 'T', 'yes', 'Y', '1', 'ON'], 2],
    [['false', 'F', 'no', 'n', '0', 'Off'], 242],
    [['', 'maybe'], 243],
  ])('the filter reads %j as booleans, as GitLab does', async (filters, count) => {
    for (const filter of filters) expect(await countUsers([1], filter)).toEqual({ data: { list: { count } } })
  })

  test('eligible users come newest first without an order', async () => {
    expect(await listNames(', first: 2')).toEqual(['crowd-239', 'crowd-238'])
  })
})

describe('paging', () => {
  const fields = 'count pageInfo { startCursor endCursor hasNextPage hasPreviousPage } nodes { username }'
  const page = async (args: string) => {
    const { nodes, ...rest } = (await listUsers(
      `, filterByAssignedSeat: "false", sort: ID_ASC ${args}`,
      fields,
    )) as {
      nodes: { username: string }[]
    }
    return { ...rest, first: nodes.at(0)?.username, last: nodes.at(-1)?.username, size: nodes.length }
  }

  test('a page has at most 100 nodes, and cursors are positions in Base64', async () => {
    const first = {
      count: 242,
      pageInfo: { startCursor: 'MQ', endCursor: 'MTAw', hasNextPage: true, hasPreviousPage: false },
      first: 'Bob',
      last: 'crowd-97',
      size: 100,
    }
    expect(await page('')).toEqual(first)
    expect(await page(', first: 500')).toEqual(first)
    expect(await page(', after: "MjAw"')).toEqual({
      count: 242,
      pageInfo: { startCursor: 'MjAx', endCursor: 'MjQy', hasNextPage: false, hasPreviousPage: true },
      first: 'crowd-198',
      last: 'crowd-239',
      size: 42,
    })
  })

  test('a page after the end is empty', async () => {
    expect(await page(', after: "OTk5"')).toEqual({
      count: 242,
      pageInfo: { startCursor: null, endCursor: null, hasNextPage: false, hasPreviousPage: true },
      first: undefined,
      last: undefined,
      size: 0,
    })
  })

  test('pages can be read backwards', async () => {
    expect(await page(', last: 2')).toMatchObject({
      pageInfo: { startCursor: 'MjQx', endCursor: 'MjQy', hasNextPage: false, hasPreviousPage: true },
      first: 'crowd-238',
      size: 2,
    })
    expect(await page(', last: 2, before: "Mw"')).toMatchObject({
      pageInfo: { startCursor: 'MQ', endCursor: 'Mg', hasNextPage: true, hasPreviousPage: false },
      last: 'dora',
      size: 2,
    })
  })

  test('edges have cursors, padded cursors are accepted, and count stops after its limit', async () => {
    expect(
      await listUsers(
        ', filterByAssignedSeat: "false", sort: ID_ASC, first: 1, after: "MQ=="',
        'some: count(limit: 10) all: count(limit: 500) edges { cursor node { username } }',
      ),
    ).toEqual({ some: 11, all: 242, edges: [{ cursor: 'Mg', node: { username: 'dora' } }] })
  })

  test('an invalid cursor is refused', async () => {
    expect(await listUsers(', after: "?"', 'count')).toEqual(['Invalid input: "?"'])
  })
})

describe('users', () => {
  test('users are found by username in any case, without unknown ones', async () => {
    expect(
      await selfManaged().ask(
        `{ users(usernames: ["ADA", "nobody", "bob", "project_1_bot", "robot", "ghost"]) {
          count nodes { id username name publicEmail state type active bot human lastActivityOn }
        } }`,
      ),
    ).toEqual({
      data: {
        users: {
          count: 5,
          nodes: [
            {
              ...{ id: userGid(14), username: 'robot', name: 'ROBOT', publicEmail: 'robot@example.com' },
              ...{ state: 'active', type: 'SERVICE_USER', active: true, bot: true, human: false },
              lastActivityOn: null,
            },
            {
              ...{ id: userGid(13), username: 'ghost', name: 'GHOST', publicEmail: 'ghost@example.com' },
              ...{ state: 'active', type: 'GHOST', active: true, bot: false, human: false },
              lastActivityOn: null,
            },
            {
              ...{ id: userGid(12), username: 'project_1_bot', name: 'Token' },
              ...{ publicEmail: 'project_1_bot@example.com', lastActivityOn: null },
              ...{ state: 'active', type: 'PROJECT_BOT', active: true, bot: true, human: false },
            },
            {
              ...{ id: userGid(8), username: 'Bob', name: 'zoë', publicEmail: null, state: 'active' },
              ...{ type: 'HUMAN', active: true, bot: false, human: true, lastActivityOn: '2026-02-01' },
            },
            {
              ...{ id: userGid(7), username: 'ada', name: 'Lovelace', publicEmail: 'ada@example.com' },
              ...{ state: 'active', type: 'HUMAN', active: true, bot: false, human: true },
              lastActivityOn: '2026-03-01',
            },
          ],
        },
      },
    })
  })

  test.each([
    [`ids: ["${userGid(9)}", "7", "77"]`, ['cleo', 'ada']],
    [`ids: ["${userGid(9)}", "7"], active: true`, ['ada']],
    ['usernames: ["ada", "project_1_bot"], humans: true', ['ada']],
    ['search: "cle"', ['cleo']],
    ['first: 2', ['crowd-239', 'crowd-238']],
    ['last: 3, active: true, humans: true', ['dora', 'Bob', 'ada']],
    ['admins: true', []],
  ])('users are found with %s', async (args, names) => {
    const { data } = await selfManaged().ask(`{ users(${args}) { nodes { username } } }`)
    expect(data).toEqual({ users: { nodes: names.map((username) => ({ username })) } })
  })

  test('usernames and ids together are refused', async () => {
    expect(await selfManaged().ask('{ users(usernames: ["ada"], ids: ["1"]) { count } }')).toMatchObject({
      data: { users: null },
      errors: [{ message: 'Provide either a list of usernames or ids' }],
    })
  })

  test('a single user is found by username or id', async () => {
    const query = `{
      byName: user(username: "BOB") { id } byId: user(id: "${userGid(9)}") { username } nobody: user(username: "x") { id }
    }`
    expect(await selfManaged().ask(query)).toEqual({
      data: { byName: { id: userGid(8) }, byId: { username: 'cleo' }, nobody: null },
    })
    expect(await selfManaged().ask('{ user { id } }')).toMatchObject({
      data: { user: null },
      errors: [{ message: 'Provide either a single username or id' }],
    })
  })
})

describe('a group', () => {
  const list = (field: string, path: string) =>
    gitlabCom().ask(`{ ${field}(fullPath: "${path}") {
      id fullPath name
      addOnEligibleUsers(addOnType: CODE_SUGGESTIONS, addOnPurchaseIds: ["${purchaseGid(1)}"]) { nodes { username } }
    } }`)

  test.each(['group', 'namespace'])('the field %s of a group lists its eligible members', async (field) => {
    expect(await list(field, 'ACME')).toEqual({
      data: {
        [field]: {
          id: 'gid://gitlab/Group/1',
          fullPath: 'acme',
          name: 'acme',
          addOnEligibleUsers: { nodes: [{ username: 'cleo' }, { username: 'ada' }] },
        },
      },
    })
  })

  test('a subgroup lists no users', async () => {
    expect(await list('group', 'acme/team')).toMatchObject({
      data: {
        group: { id: 'gid://gitlab/Group/2', fullPath: 'acme/team', name: 'team', addOnEligibleUsers: null },
      },
      errors: [{ message: 'Add on eligible users can only be queried on a root namespace' }],
    })
  })

  test('an unknown group is null', async () => {
    expect(await list('group', 'acmes')).toEqual({ data: { group: null } })
    expect(await selfManaged().ask('{ namespace(fullPath: "acme") { id } }')).toEqual({
      data: { namespace: null },
    })
  })
})

describe('the instance', () => {
  test('the instance describes its license, its version and the current user', async () => {
    expect(
      await selfManaged().ask(`{
        currentLicense { plan type lastSync trial startsAt expiresAt }
        licenseHistoryEntries { nodes { plan } } subscriptionFutureEntries { nodes { plan } }
        metadata { version enterprise revision } currentUser { id username name }
        queryComplexity { score limit }
      }`),
    ).toEqual({
      data: {
        currentLicense: {
          plan: 'premium',
          type: 'online_cloud',
          lastSync: '2026-03-02T03:00:00.000Z',
          trial: false,
          startsAt: null,
          expiresAt: null,
        },
        licenseHistoryEntries: { nodes: [] },
        subscriptionFutureEntries: { nodes: [] },
        metadata: { version: '18.6.0-ee', enterprise: true, revision: 'played' },
        currentUser: { id: userGid(1), username: 'root', name: 'Administrator' },
        queryComplexity: { score: 24, limit: 250 },
      },
    })
  })

  test.each([
    '{ currentLicense { plan } }',
    `{ selfManagedAddOnEligibleUsers(addOnType: CODE_SUGGESTIONS, addOnPurchaseIds: ["${purchaseGid(1)}"]) { count } }`,
  ])('GitLab.com refuses %s', async (query) => {
    const { data, errors } = await gitlabCom().ask(query)
    expect([Object.values(data ?? {}), errors?.map(({ message }) => message)]).toEqual([
      [null],
      [notAvailable],
    ])
  })
})
