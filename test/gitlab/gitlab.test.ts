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
  tellsDuoActivity: true,
  givesInBulk: true,
  givesSeats: true,
  takesInBulk: true,
  takesSeats: true,
  listsUsers: true,
  idsPerCall: 100,
  addOns: ['duo-pro', 'duo-enterprise'],
}
const before18 = { ...newest, tellsDuoActivity: false }
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

describe('what a GitLab can do', () => {
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
  ])('%s, group %s', async (version, group, capabilities) => {
    const peer = await startHttpPeer([{ body: answerConnect(version, group) }])
    const gitlab = await GitLab.connect(makeOptions(peer.url, { group }).options)
    expect({ version: gitlab.version, target: gitlab.target, capabilities: gitlab.capabilities }).toEqual({
      version: `${version}.0-ee`,
      target: { url: peer.url, group },
      capabilities,
    })
    expect(peer.seen).toHaveLength(1)
  })

  test('a GitLab of the Community Edition has no add-ons', async () => {
    const body = { data: { metadata: { version: '18.6.0', enterprise: false } } }
    const peer = await startHttpPeer([{ body }])
    expect(await catchFailure(GitLab.connect(makeOptions(peer.url).options))).toEqual({
      kind: 'UserError',
      exit: 'usage',
      message: 'This GitLab is the Community Edition, which has no add-ons.',
    })
  })

  test.each([[{ metadata: null }], [null]])(
    'a GitLab that tells nothing has not taken the token: %j',
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

describe('a served GitLab', () => {
  const duoPro = { id: 1, addOn: 'duo-pro' } as const

  test('tells account, license, purchases and users', async () => {
    const gitlab = await connectServed('18.6')
    expect(gitlab.offering).toBe('self-managed')
    expect(await gitlab.readAccount()).toEqual({ username: 'root', scopes: ['api'] })
    expect(await gitlab.readLicense()).toEqual({
      plan: 'ultimate',
      type: 'online_cloud',
      lastSyncAt: null,
      expiresOn: null,
    })
    expect(await gitlab.readPurchases()).toEqual([
      { id: 1, addOn: 'duo-pro', quantity: 4, assigned: 2 },
      { id: 2, addOn: 'duo-enterprise', quantity: 9, assigned: 1 },
    ])
    expect(await collect(gitlab.readUsers(duoPro, 'holders'))).toEqual([{ users: [ada, carol], total: 2 }])
    expect(listNames(await collect(gitlab.readUsers(duoPro, 'free')))).toEqual(['Bob'])
  })

  test('of a group tells purchases and users of the group, and no license', async () => {
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

  test.each(['17.11', '17.5'])('%s tells the same without the last Duo activity', async (version) => {
    const gitlab = await connectServed(version)
    expect((await gitlab.readPurchases()).map(({ assigned }) => assigned)).toEqual([2, 1])
    expect(await collect(gitlab.readUsers(duoPro, 'holders'))).toEqual([
      { users: [{ ...ada, lastDuoActivityOn: null }, carol], total: 2 },
    ])
  })

  test.each([
    ['17.4', null],
    ['17.2', null],
    ['17.2', 'acme'],
    ['16.8', null],
  ])('%s, group %s, hides holders who are not eligible, and tells no totals', async (version, group) => {
    const gitlab = await connectServed(version, group)
    expect((await gitlab.readPurchases()).map(({ id, assigned }) => [id, assigned])).toEqual([
      [1, 2],
      [2, 1],
    ])
    expect(await collect(gitlab.readUsers(duoPro, 'holders'))).toEqual([
      { users: [{ ...ada, lastDuoActivityOn: null }], total: null },
    ])
    expect(listNames(await collect(gitlab.readUsers(duoPro, 'free')))).toEqual(['Bob'])
  })

  test('16.6 lists no users, gives no seats and takes none back', async () => {
    const gitlab = await connectServed('16.6')
    expect(await catchFailure(collect(gitlab.readUsers(duoPro, 'free')))).toEqual({
      kind: 'UserError',
      exit: 'failed',
      message: 'GitLab 16.6.0-ee lists no users for seats.',
    })
    expect(await catchFailure(gitlab.giveSeats(1, [2]))).toEqual({
      kind: 'UserError',
      exit: 'failed',
      message: 'GitLab 16.6.0-ee gives no seats over its API.',
    })
    expect(await catchFailure(gitlab.takeSeats(1, [1]))).toEqual({
      kind: 'UserError',
      exit: 'failed',
      message: 'GitLab 16.6.0-ee takes no seats back over its API.',
    })
  })

  test('finds users by name in any case and by id, each once, and leaves out others', async () => {
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

  test('does not know the purchase', async () => {
    const gitlab = await connectServed('18.6')
    expect(await gitlab.giveSeats(99, [2])).toEqual({ kind: 'not_shown' })
    expect(await gitlab.takeSeats(99, [1, 3])).toEqual({ kind: 'not_shown' })
    expect(await catchFailure(collect(gitlab.readUsers({ id: 99, addOn: 'duo-pro' }, 'free')))).toEqual({
      kind: 'DeniedError',
      exit: 'denied',
      message: 'GitLab does not show this token who may have a seat.',
    })
  })

  test.each([
    ['nobody', 'DeniedError: GitLab shows this token no group nobody.'],
    [
      'acme/team',
      'DeniedError: GitLab does not show this token the add-on purchases of the group acme/team.',
    ],
  ])('has no seats of the group %s', async (group, message) => {
    const served = await serveGitLab('18.6', 'acme')
    const gitlab = await GitLab.connect(makeOptions(served.url, { group, token: served.token }).options)
    const failure = await catchFailure(gitlab.readPurchases())
    expect(`${failure.kind}: ${failure.message}`).toBe(message)
  })

  test('refuses a list of users of a subgroup in words of its own', async () => {
    const served = await serveGitLab('18.6', 'acme')
    const facts: Partial<GitLabOptions> = { group: 'acme/team', token: served.token }
    const gitlab = await GitLab.connect(makeOptions(served.url, facts).options)
    expect((await catchFailure(collect(gitlab.readUsers(duoPro, 'free')))).message).toBe(
      'The group is not at the top: GitLab has seats for top-level groups only.',
    )
  })
})

describe('answers of a peer', () => {
  const duoPurchase = (facts: object) => ({
    id: 'gid://gitlab/GitlabSubscriptions::AddOnPurchase/5',
    name: 'CODE_SUGGESTIONS',
    purchasedQuantity: 3,
    assignedQuantity: 4,
    ...facts,
  })

  test('purchases of other add-ons are left out', async () => {
    const addOnPurchases = [
      duoPurchase({ name: 'DUO_CORE' }),
      duoPurchase({ name: 'GITLAB_CREDITS' }),
      duoPurchase({}),
    ]
    const { gitlab } = await connectPeer(() => ({ body: { data: { addOnPurchases } } }))
    expect(await gitlab.readPurchases()).toEqual([{ id: 5, addOn: 'duo-pro', quantity: 3, assigned: 4 }])
  })

  test('a purchase without numbers is refused', async () => {
    const addOnPurchases = [duoPurchase({ purchasedQuantity: null })]
    const { gitlab } = await connectPeer(() => ({ body: { data: { addOnPurchases } } }))
    expect((await catchFailure(gitlab.readPurchases())).message).toBe(
      'GitLab answered with an add-on purchase that duo-seats cannot read.',
    )
  })

  test.each(['18.6', '17.2'])('purchases that %s does not show are denied', async (version) => {
    const { gitlab } = await connectPeer(() => answerError(notAvailable), { version })
    expect(await catchFailure(gitlab.readPurchases())).toEqual({
      kind: 'DeniedError',
      exit: 'denied',
      message: 'GitLab does not show this token the add-on purchases of the instance.',
    })
  })

  test('the number of a group is asked for once', async () => {
    const { gitlab, peer } = await connectPeer(
      ({ operation }) => ({
        body: {
          data:
            operation === 'ReadGroup'
              ? { namespace: { id: 'gid://gitlab/Group/9' } }
              : { addOnPurchases: [] },
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

  test('a license has its times in UTC', async () => {
    const currentLicense = {
      plan: 'Premium',
      type: 'offline_cloud',
      lastSync: '2026-11-24T05:00:00+02:00',
      expiresAt: '2027-01-31',
    }
    const { gitlab } = await connectPeer(() => ({ body: { data: { currentLicense } } }))
    expect(await gitlab.readLicense()).toEqual({
      plan: 'premium',
      type: 'offline_cloud',
      lastSyncAt: '2026-11-24T03:00:00.000Z',
      expiresOn: '2027-01-31',
    })
  })

  test.each([
    ['null', { body: { data: { currentLicense: null } } }],
    ['not available', answerError(notAvailable, { currentLicense: null })],
  ])('a license may be %s', async (_, answer) => {
    const { gitlab } = await connectPeer(() => answer)
    expect(await gitlab.readLicense()).toBeNull()
  })

  test.each([
    ['are told', { body: { scopes: ['read_api', 'api'] } }, ['read_api', 'api']],
    ['are of another kind', { body: { scopes: 'api' } }, null],
    ['are forbidden', { status: 403, body: {} }, null],
    ['are unknown to an older GitLab', { status: 404, body: {} }, null],
    ['come as a web page', { body: '<html></html>' }, null],
    ['fail', { status: 500 }, null],
  ])('scopes of a token %s', async (_, answer, scopes) => {
    const { gitlab, peer } = await connectPeer(({ method }) =>
      method === 'GET' ? answer : { body: { data: { currentUser: { username: 'root' } } } },
    )
    expect(await gitlab.readAccount()).toEqual({ username: 'root', scopes })
    expect(peer.seen.at(-1)?.path).toBe('/api/v4/personal_access_tokens/self')
  })

  test('a token that belongs to nobody is denied', async () => {
    const { gitlab } = await connectPeer(() => ({ body: { data: { currentUser: null } } }))
    expect((await catchFailure(gitlab.readAccount())).kind).toBe('DeniedError')
  })

  test('users are looked up by the hundred', async () => {
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

describe('purchases that are read next', () => {
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

  test('are asked for while GitLab says what it can do, once', async () => {
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

  test('are asked for again after a change of seats', async () => {
    let assigned = 4
    const { gitlab } = await connectPeer(
      ({ operation }) => {
        if (operation !== 'GiveSeat') return answerPurchases(assigned)
        assigned += 1
        return { body: { data: { give: { errors: [] } } } }
      },
      { readsPurchases },
    )
    await gitlab.giveSeats(1, [7])
    expect(await gitlab.readPurchases()).toMatchObject([{ assigned: 5 }])
  })

  test.each([
    ['a connection that broke', 'drop-after' as const],
    ['502', { status: 502, body: '<html>' }],
    ['a web page', { body: '<html>' }],
  ])('are asked for again after %s, which nobody is told of', async (_, failure) => {
    const { gitlab, retries } = await connectPeer(
      (_request, index) => (index === 0 ? failure : answerPurchases(index)),
      { readsPurchases },
    )
    expect(await gitlab.readPurchases()).toMatchObject([{ assigned: 1 }])
    expect(retries).toEqual([])
  })

  test('of a group are read with its id, which is asked for in their place', async () => {
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

  test('are found one by one where GitLab cannot list them', async () => {
    const { gitlab, peer } = await connectPeer(
      ({ operation }) =>
        operation === 'ReadPurchases'
          ? answerError("Field 'addOnPurchases' doesn't exist on type 'Query'")
          : { body: { data: { addOnPurchase: null } } },
      { readsPurchases, version: '17.2' },
    )
    expect(await gitlab.readPurchases()).toEqual([])
    expect(peer.seen.at(-1)?.operation).toBe('ReadPurchaseOfType')
  })
})
