import { describe, expect, test } from 'vitest'
import { GitLab, type GitLabOptions } from '../../src/gitlab/gitlab.ts'
import { startHttpPeer } from '../support/http-peer.ts'
import { makeMeeting } from '../support/meeting.ts'
import {
  answerConnect,
  answerError,
  catchFailure,
  collect,
  connectPeer,
  makeOptions,
  notAvailable,
} from './peer-gitlab.ts'
import { connectServed, listNames, serveGitLab } from './served-gitlab.ts'

const newest = {
  listsPurchases: true,
  showsPurchases: true,
  filtersBySeat: true,
  reportsDuoActivity: true,
  givesInBulk: true,
  givesSeats: true,
  takesInBulk: true,
  takesSeats: true,
  listsUsers: true,
  idsPerCall: 100,
  addOns: ['duo-pro', 'duo-enterprise'],
  memberRelations: ['DESCENDANTS', 'DIRECT', 'INHERITED', 'SHARED_FROM_GROUPS'],
}
const before18 = { ...newest, reportsDuoActivity: false }
const before176 = { ...before18, idsPerCall: 50 }
const before175 = { ...before176, filtersBySeat: false }
const before173 = {
  ...before175,
  listsPurchases: false,
  givesInBulk: false,
  takesInBulk: false,
  idsPerCall: 1,
}
const before168 = { ...before173, givesSeats: false, takesSeats: false }

describe('GitLab.connect', () => {
  test.each([
    ['18.6', null, newest],
    ['17.11', null, before18],
    ['17.5', null, before176],
    ['17.3', null, before175],
    ['17.2', null, before173],
    ['16.8', null, before173],
    ['16.7', null, before168],
    ['16.6', null, { ...before168, showsPurchases: false, listsUsers: false }],
    ['18.6', 'acme', newest],
    ['17.2', 'acme', { ...before175, listsPurchases: false }],
    ['16.6', 'acme', { ...before168, showsPurchases: false }],
  ])('GitLab.connect reads the capabilities of %s, group %s', async (version, group, capabilities) => {
    const peer = await startHttpPeer([{ body: answerConnect(version, group) }])
    const gitlab = await GitLab.connect(makeOptions(peer.url, { group }).options)
    expect({ version: gitlab.version, target: gitlab.target, capabilities: gitlab.capabilities }).toEqual({
      version: `${version}.0-ee`,
      target: { url: peer.url, group },
      capabilities,
    })
    expect(peer.seen).toHaveLength(1)
  })

  test('GitLab.connect rejects the Community Edition, which has no add-ons', async () => {
    const body = { data: { metadata: { version: '18.6.0', enterprise: false } } }
    const peer = await startHttpPeer([{ body }])
    expect(await catchFailure(GitLab.connect(makeOptions(peer.url).options))).toEqual({
      kind: 'UserError',
      exit: 'usage',
      message: 'This GitLab is the Community Edition, which has no add-ons.',
    })
  })

  test.each(['query', 'mutation'])(
    'GitLab.connect rejects a schema without the type %s, which every version has',
    async (type) => {
      const { data } = answerConnect('18.6') as { data: object }
      const peer = await startHttpPeer([{ body: { data: { ...data, [type]: null } } }])
      expect(await catchFailure(GitLab.connect(makeOptions(peer.url).options))).toEqual({
        kind: 'UnreachableError',
        exit: 'unreachable',
        message: 'GitLab answered with a schema that duo-seats cannot read.',
      })
    },
  )

  test.each([[{ metadata: null }], [null]])(
    'GitLab.connect rejects a GitLab that hides its version from the token: %j',
    async (data) => {
      const peer = await startHttpPeer([{ body: { data } }])
      expect((await catchFailure(GitLab.connect(makeOptions(peer.url).options))).kind).toBe('DeniedError')
    },
  )
})

const ada = {
  id: 1,
  username: 'ada',
  name: 'ADA',
  email: 'ada@example.com',
  state: 'active',
  type: 'human',
  member: true,
  lastActivityOn: '2026-11-01',
  lastDuoActivityOn: '2026-11-02',
}
const carol = {
  ...ada,
  id: 3,
  username: 'carol',
  name: 'CAROL',
  email: 'carol@example.com',
  state: 'blocked',
  lastActivityOn: null,
  lastDuoActivityOn: null,
}

/** As an administrator sees them. */
function addressesOf(...users: (typeof ada | typeof carol)[]) {
  return users.map(({ id, email }) => ({ userId: id, address: email }))
}

describe('a client of a served GitLab', () => {
  const duoPro = { id: 1, addOn: 'duo-pro' } as const

  test('a client of a served GitLab reads account, license, purchases and users', async () => {
    const gitlab = await connectServed('18.6')
    expect(gitlab.offering).toBe('self-managed')
    expect(await gitlab.readAccount()).toEqual({ username: 'root', scopes: ['api'], expiresOn: 'never' })
    expect(await gitlab.readLicense()).toEqual({
      plan: 'ultimate',
      lastSyncAt: null,
    })
    expect(await gitlab.readPurchases()).toEqual([
      { id: 1, addOn: 'duo-pro', quantity: 4, assigned: 2 },
      { id: 2, addOn: 'duo-enterprise', quantity: 9, assigned: 1 },
    ])
    expect(await collect(gitlab.readUsers(duoPro, 'holders'))).toEqual([
      { users: [ada, carol], addresses: addressesOf(ada, carol), addressFailure: null, total: 2 },
    ])
    expect(listNames(await collect(gitlab.readUsers(duoPro, 'free')))).toEqual(['Bob'])
  })

  test('a client of a served GitLab reads purchases and users of a group, which has no license', async () => {
    const gitlab = await connectServed('18.6', 'acme')
    expect(gitlab.offering).toBe('gitlab.com')
    expect(await gitlab.readLicense()).toBeNull()
    expect((await gitlab.readPurchases()).map(({ id }) => id)).toEqual([1, 2])
    expect(listNames(await collect(gitlab.readUsers(duoPro, 'holders')))).toEqual(['ada', 'carol'])
    expect(listNames(await collect(gitlab.readUsers(duoPro, 'free')))).toEqual(['Bob'])
    expect(await gitlab.findUsers({ usernames: ['ADA'], userIds: [] })).toEqual([
      { ...ada, member: false, lastDuoActivityOn: null },
    ])
  })

  test.each(['17.11', '17.5'])(
    'a client of a served GitLab reads users without their last Duo activity from %s',
    async (version) => {
      const gitlab = await connectServed(version)
      expect((await gitlab.readPurchases()).map(({ assigned }) => assigned)).toEqual([2, 1])
      expect(await collect(gitlab.readUsers(duoPro, 'holders'))).toEqual([
        {
          users: [{ ...ada, lastDuoActivityOn: null }, carol],
          addresses: addressesOf(ada, carol),
          addressFailure: null,
          total: 2,
        },
      ])
    },
  )

  test.each([
    ['17.4', null],
    ['17.2', null],
    ['17.2', 'acme'],
    ['16.8', null],
  ])(
    'a client of a served GitLab reads eligible users only, without a total, from %s, group %s',
    async (version, group) => {
      const gitlab = await connectServed(version, group)
      expect((await gitlab.readPurchases()).map(({ id, assigned }) => [id, assigned])).toEqual([
        [1, 2],
        [2, 1],
      ])
      expect(await collect(gitlab.readUsers(duoPro, 'holders'))).toEqual([
        {
          users: [{ ...ada, lastDuoActivityOn: null }],
          addresses: group === null ? addressesOf(ada) : [],
          addressFailure: null,
          total: null,
        },
      ])
      expect(listNames(await collect(gitlab.readUsers(duoPro, 'free')))).toEqual(['Bob'])
    },
  )

  test('a client of a served GitLab rejects listing users, giving seats and taking seats with 16.6', async () => {
    const gitlab = await connectServed('16.6')
    expect(await catchFailure(collect(gitlab.readUsers(duoPro, 'free')))).toEqual({
      kind: 'UserError',
      exit: 'failed',
      message: 'GitLab 16.6.0-ee cannot list users for seats.',
    })
    expect(await catchFailure(gitlab.changeSeats('give', 1, [2]))).toEqual({
      kind: 'UserError',
      exit: 'failed',
      message: 'GitLab 16.6.0-ee cannot give seats over its API.',
    })
    expect(await catchFailure(gitlab.changeSeats('take', 1, [1]))).toEqual({
      kind: 'UserError',
      exit: 'failed',
      message: 'GitLab 16.6.0-ee cannot take seats over its API.',
    })
  })

  test('a client of a served GitLab finds users by name, case-insensitively, and by id, each once, and leaves out unknown ones', async () => {
    const gitlab = await connectServed('18.6')
    const found = await gitlab.findUsers({ usernames: ['ADA', 'bob', 'nobody'], userIds: [2, 3, 4, 77] })
    expect(found.map(({ id, username, type }) => [id, username, type]).sort()).toEqual([
      [1, 'ada', 'human'],
      [2, 'Bob', 'human'],
      [3, 'carol', 'human'],
      [4, 'robot', 'project_bot'],
    ])
    expect(await gitlab.findUsers({ usernames: [], userIds: [] })).toEqual([])
  })

  test('a client of a served GitLab reports an unknown purchase as not shown', async () => {
    const gitlab = await connectServed('18.6')
    expect(await gitlab.changeSeats('give', 99, [2])).toEqual({ kind: 'not_shown' })
    expect(await gitlab.changeSeats('take', 99, [1, 3])).toEqual({ kind: 'not_shown' })
    expect(await catchFailure(collect(gitlab.readUsers({ id: 99, addOn: 'duo-pro' }, 'free')))).toEqual({
      kind: 'DeniedError',
      exit: 'denied',
      message: 'GitLab hides the users of the purchase from this token, or the purchase has expired.',
    })
  })

  test.each([
    ['nobody', 'DeniedError: The group nobody does not exist, or GitLab hides it from this token.'],
    ['acme/team', 'UserError: The group is a subgroup: only a top-level group has seats in GitLab.'],
  ])('a client of a served GitLab rejects reading the purchases of the group %s', async (group, message) => {
    const served = await serveGitLab('18.6', 'acme')
    const gitlab = await GitLab.connect(makeOptions(served.url, { group, token: served.token }).options)
    const failure = await catchFailure(gitlab.readPurchases())
    expect(`${failure.kind}: ${failure.message}`).toBe(message)
  })

  test('a client of a served GitLab rejects reading the users of a subgroup', async () => {
    const served = await serveGitLab('18.6', 'acme')
    const facts: Partial<GitLabOptions> = { group: 'acme/team', token: served.token }
    const gitlab = await GitLab.connect(makeOptions(served.url, facts).options)
    expect((await catchFailure(collect(gitlab.readUsers(duoPro, 'free')))).message).toBe(
      'The group is a subgroup: only a top-level group has seats in GitLab.',
    )
  })
})

describe('a client of a peer', () => {
  const duoPurchase = (facts: object) => ({
    id: 'gid://gitlab/GitlabSubscriptions::AddOnPurchase/5',
    name: 'CODE_SUGGESTIONS',
    purchasedQuantity: 3,
    assignedQuantity: 4,
    ...facts,
  })

  test('a client of a peer leaves out purchases of other add-ons', async () => {
    const addOnPurchases = [
      duoPurchase({ name: 'DUO_CORE' }),
      duoPurchase({ name: 'GITLAB_CREDITS' }),
      duoPurchase({}),
    ]
    const { gitlab } = await connectPeer(() => ({ body: { data: { addOnPurchases } } }))
    expect(await gitlab.readPurchases()).toEqual([{ id: 5, addOn: 'duo-pro', quantity: 3, assigned: 4 }])
  })

  test.each([
    ['a hidden purchase', [null], 'DeniedError'],
    ['an entry that is no purchase', [''], 'UnreachableError'],
    ['a purchase without a name', [duoPurchase({ name: null })], 'UnreachableError'],
  ])(
    'a client of a peer rejects a list with %s, because the purchase would count as over',
    async (_, addOnPurchases, kind) => {
      const { gitlab } = await connectPeer(() => ({ body: { data: { addOnPurchases } } }))
      expect((await catchFailure(gitlab.readPurchases())).kind).toBe(kind)
    },
  )

  test('a client of a peer leaves out a purchase of an add-on that only a newer GitLab has, and warns once', async () => {
    const addOnPurchases = [duoPurchase({ name: 'DUO_MAX' }), duoPurchase({ name: 'SECRETS_MANAGER' })]
    const { gitlab, warnings } = await connectPeer(() => ({ body: { data: { addOnPurchases } } }))
    expect([await gitlab.readPurchases(), await gitlab.readPurchases()]).toEqual([[], []])
    expect(warnings).toEqual([
      'GitLab has a purchase of the add-on "DUO_MAX", which this version of duo-seats does not support. It is left out.',
    ])
  })

  test('a client of a peer rejects a list of members whose cursors alternate', async () => {
    const { gitlab, peer } = await connectPeer((_, index) => {
      const pageInfo = { hasNextPage: true, endCursor: index % 2 === 0 ? 'A' : 'B' }
      const user = { id: 'gid://gitlab/User/1', username: 'ada', state: 'active', type: 'HUMAN' }
      const nodes = [{ accessLevel: { integerValue: 30 }, expiresAt: null, user }]
      return { body: { data: { group: { fullPath: 'acme', groupMembers: { nodes, pageInfo } } } } }
    })
    expect(await catchFailure(gitlab.readGroupMembers(['acme'], ['direct']))).toEqual({
      kind: 'UnreachableError',
      exit: 'unreachable',
      message: 'GitLab did not list all members of the group acme. Nothing was written.',
    })
    expect(peer.seen).toHaveLength(3)
  })

  test('a client of a peer rejects a purchase without a quantity', async () => {
    const addOnPurchases = [duoPurchase({ purchasedQuantity: null })]
    const { gitlab } = await connectPeer(() => ({ body: { data: { addOnPurchases } } }))
    expect((await catchFailure(gitlab.readPurchases())).message).toBe(
      'GitLab answered with an add-on purchase that duo-seats cannot read.',
    )
  })

  test.each(['18.6', '17.2'])(
    'a client of a peer rejects with DeniedError when %s hides the purchases',
    async (version) => {
      const { gitlab } = await connectPeer(() => answerError(notAvailable), { version })
      expect(await catchFailure(gitlab.readPurchases())).toEqual({
        kind: 'DeniedError',
        exit: 'denied',
        message: 'GitLab hides the add-on purchases of the instance from this token.',
      })
    },
  )

  test('a client of a peer reads the id of a group once', async () => {
    const { gitlab, peer } = await connectPeer(
      ({ operation }) => ({
        body: {
          data:
            operation === 'ReadGroup'
              ? { namespace: { id: 'gid://gitlab/Group/9' } }
              : { addOnPurchases: [duoPurchase({})] },
        },
      }),
      { group: 'acme' },
    )
    await gitlab.readPurchases()
    await gitlab.readPurchases()
    expect(peer.seen.map(({ operation, variables }) => [operation, variables])).toEqual([
      ['ReadGroup', { group: 'acme' }],
      ['ReadPurchases', { namespaceId: 'gid://gitlab/Group/9' }],
      ['ReadPurchases', { namespaceId: 'gid://gitlab/Group/9' }],
    ])
  })

  test('a client of a peer reads the last synchronization of a license in UTC', async () => {
    const currentLicense = {
      plan: 'Premium',
      lastSync: '2026-11-24T05:00:00+02:00',
    }
    const { gitlab } = await connectPeer(() => ({ body: { data: { currentLicense } } }))
    expect(await gitlab.readLicense()).toEqual({
      plan: 'premium',
      lastSyncAt: '2026-11-24T03:00:00.000Z',
    })
  })

  test.each([
    ['null', { body: { data: { currentLicense: null } } }],
    ['not available', answerError(notAvailable, { currentLicense: null })],
  ])('a client of a peer returns null for a license that is %s', async (_, answer) => {
    const { gitlab } = await connectPeer(() => answer)
    expect(await gitlab.readLicense()).toBeNull()
  })

  test.each([
    ['are a list', { body: { scopes: ['read_api', 'api'] } }, ['read_api', 'api']],
    ['are a text', { body: { scopes: 'api' } }, null],
    ['are forbidden', { status: 403, body: {} }, null],
    ['are unknown to an older GitLab', { status: 404, body: {} }, null],
    ['come as a web page', { body: '<html></html>' }, null],
    ['fail', { status: 500 }, null],
  ])('a client of a peer reads the account when the scopes of its token %s', async (_, answer, scopes) => {
    const { gitlab, peer } = await connectPeer(() => answer)
    expect(await gitlab.readAccount()).toEqual({ username: 'root', scopes, expiresOn: null })
    expect(peer.seen.at(-1)?.path).toBe('/api/v4/personal_access_tokens/self')
  })

  test.each([
    ['no list', { data: { users: null } }],
    ['no entries', { data: { users: { nodes: null } } }],
    ['a hidden entry', { data: { users: { nodes: [null] } } }],
    ['other data', { data: { other: 1 } }],
  ])(
    'a client of a peer rejects a look-up with %s, because its users would count as gone',
    async (_, body) => {
      const { gitlab } = await connectPeer(() => ({ body }))
      expect(await catchFailure(gitlab.findUsers({ usernames: [], userIds: [7] }))).toMatchObject({
        kind: 'UnreachableError',
        exit: 'unreachable',
      })
    },
  )

  test('a client of a peer rejects with DeniedError when GitLab hides its users from a look-up', async () => {
    const { gitlab } = await connectPeer(() => answerError(notAvailable, { users: null }))
    expect((await catchFailure(gitlab.findUsers({ usernames: ['ada'], userIds: [] }))).kind).toBe(
      'DeniedError',
    )
  })

  test('a client of a peer warns once of each state of users that it does not support, and of at most five', async () => {
    let id = 0
    const makeNode = (state: unknown, type: unknown = 'HUMAN') => ({
      ...{ id: `gid://gitlab/User/${++id}`, username: `user${id}`, name: '', state, type },
    })
    const states = [
      'asleep',
      'asleep',
      'ACTIVE',
      'on leave \u001b',
      null,
      'x'.repeat(61),
      's1',
      's2',
      's3',
      's4',
    ]
    const nodes = [...states.map((state) => makeNode(state)), makeNode('active', 'CYBORG')]
    const { gitlab, warnings } = await connectPeer(() => ({ body: { data: { users: { nodes } } } }))
    const users = await gitlab.findUsers({ usernames: ['x'], userIds: [] })
    expect(users.map(({ state, type }) => `${state} ${type}`)).toEqual([
      'asleep human',
      'asleep human',
      'active human',
      'unknown human',
      'unknown human',
      'unknown human',
      's1 human',
      's2 human',
      's3 human',
      's4 human',
      'active cyborg',
    ])
    expect(warnings.map((text) => /"(.*)"/.exec(text)?.[1])).toEqual(['asleep', 'unknown', 's1', 's2', 's3'])
  })

  test('a client of a peer warns once of each type of users that it does not support, also of one that is named as a state', async () => {
    const nodes = [
      ['active', 'CYBORG'],
      ['active', 'CYBORG'],
      ['cyborg', 'HUMAN'],
      ['active', 'LLM_BOT'],
      ['active', null],
    ].map(([state, type], index) => ({
      ...{ id: `gid://gitlab/User/${index + 1}`, username: `user${index}`, name: '', state, type },
    }))
    const { gitlab, warnings } = await connectPeer(() => ({ body: { data: { users: { nodes } } } }))
    await gitlab.findUsers({ usernames: ['x'], userIds: [] })
    expect(warnings.map((text) => /the (\w+ "\w+")/.exec(text)?.[1])).toEqual([
      'type "cyborg"',
      'state "cyborg"',
      'type "unknown"',
    ])
  })

  test('a client of a peer rejects with DeniedError when the token has no user', async () => {
    const { gitlab } = await connectPeer(() => ({}), { currentUser: null })
    expect((await catchFailure(gitlab.readAccount())).kind).toBe('DeniedError')
  })

  test('a client of a peer looks users up in requests of a hundred', async () => {
    const { gitlab, peer } = await connectPeer(() => ({ body: { data: { users: { nodes: [] } } } }))
    const usernames = Array.from({ length: 250 }, (_, index) => `user${index}`)
    const userIds = Array.from({ length: 101 }, (_, index) => index + 1)
    expect(await gitlab.findUsers({ usernames, userIds })).toEqual([])
    const sizes = peer.seen.map(({ operation, variables }) => [
      operation,
      Object.values(variables).flat().length,
    ])
    expect(sizes.sort()).toEqual([
      ['FindUsersById', 1],
      ['FindUsersById', 100],
      ['FindUsersByUsername', 100],
      ['FindUsersByUsername', 100],
      ['FindUsersByUsername', 50],
    ])
  })
})

describe('a client that will read the purchases next', () => {
  const readsPurchases = true
  const answerPurchases = (assigned: number) => ({
    body: {
      data: {
        addOnPurchases: [
          {
            id: 'gid://gitlab/GitlabSubscriptions::AddOnPurchase/1',
            name: 'CODE_SUGGESTIONS',
            purchasedQuantity: 10,
            assignedQuantity: assigned,
          },
        ],
      },
    },
  })

  test('a client that will read the purchases next sends their query together with Connect, and only once', async () => {
    const bothAsked = makeMeeting(2)
    const peer = await startHttpPeer(async ({ operation }) => {
      await bothAsked()
      return operation === 'Connect' ? { body: answerConnect('18.6') } : answerPurchases(4)
    })
    const gitlab = await GitLab.connect(makeOptions(peer.url, { readsPurchases }).options)
    expect(await gitlab.readPurchases()).toMatchObject([{ id: 1, assigned: 4 }])
    expect(peer.seen.map(({ operation }) => operation).sort()).toEqual(['Connect', 'ReadPurchases'])
    await gitlab.readPurchases()
    expect(peer.seen).toHaveLength(3)
  })

  test('a client that will read the purchases next sends their query again after a change of seats', async () => {
    let assigned = 4
    const { gitlab } = await connectPeer(
      ({ operation }) => {
        if (operation !== 'GiveSeat') return answerPurchases(assigned)
        assigned += 1
        return { body: { data: { give: { errors: [] } } } }
      },
      { readsPurchases },
    )
    await gitlab.changeSeats('give', 1, [7])
    expect(await gitlab.readPurchases()).toMatchObject([{ assigned: 5 }])
  })

  test.each([
    ['a reset connection', 'drop-after' as const],
    ['502', { status: 502, body: '<html>' }],
    ['a web page', { body: '<html>' }],
  ])(
    'a client that will read the purchases next sends their query again after %s, and announces no retry',
    async (_, failure) => {
      const { gitlab, retries } = await connectPeer(
        (_request, index) => (index === 0 ? failure : answerPurchases(index)),
        { readsPurchases },
      )
      expect(await gitlab.readPurchases()).toMatchObject([{ assigned: 1 }])
      expect(retries).toEqual([])
    },
  )

  test('a client that will read the purchases next sends the query for the id of a group together with Connect', async () => {
    const group = 'acme'
    const bothAsked = makeMeeting(2)
    const peer = await startHttpPeer(async ({ operation }) => {
      await bothAsked()
      if (operation === 'Connect') return { body: answerConnect('18.6', group) }
      return operation === 'ReadGroup'
        ? { body: { data: { namespace: { id: 'gid://gitlab/Group/9' } } } }
        : answerPurchases(4)
    })
    const gitlab = await GitLab.connect(makeOptions(peer.url, { readsPurchases, group }).options)
    expect(await gitlab.readPurchases()).toMatchObject([{ assigned: 4 }])
    expect(peer.seen).toHaveLength(3)
    expect(peer.seen.at(-1)).toMatchObject({
      operation: 'ReadPurchases',
      variables: { namespaceId: 'gid://gitlab/Group/9' },
    })
  })

  test('a client that will read the purchases next reads one add-on after the other when GitLab cannot list purchases', async () => {
    const { gitlab, peer } = await connectPeer(
      ({ operation }) =>
        operation === 'ReadPurchases'
          ? answerError("Field 'addOnPurchases' doesn't exist on type 'Query'")
          : { body: { data: { addOnPurchase: null } } },
      { readsPurchases, version: '17.2' },
    )
    expect(await gitlab.readPurchases()).toEqual([])
    const operations = peer.seen.map(({ operation }) => operation)
    expect(operations.slice(-2)).toEqual(['ReadPurchaseOfType', 'ProbeOldInstance'])
  })
})
