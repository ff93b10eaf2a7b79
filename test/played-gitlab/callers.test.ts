import { describe, expect, test } from 'vitest'
import type { CallerRole } from '../../src/played-gitlab/caller.ts'
import { openStoreOf } from '../support/fill-store.ts'
import { hostGitLab } from '../support/host-gitlab.ts'
import { groupSubscription, makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { notAvailable, purchaseGid, userGid } from './shared-gitlab.ts'

/** Ada holds a seat. */
async function play(caller: CallerRole, isGroup: boolean, version = '18.6') {
  const facts = { users: [makeUser(7, 'ada'), makeUser(8, 'bob')], seats: [makeSeat(7)] }
  const workdir = await openStoreOf(
    makeSnapshot({ ...facts, ...(isGroup && { subscription: groupSubscription }) }),
  )
  return hostGitLab(workdir.join('store.db'), { caller, version })
}

const lists = {
  instance: `list: selfManagedAddOnEligibleUsers(addOnType: CODE_SUGGESTIONS, addOnPurchaseIds: []) { count }`,
  group: `namespace(fullPath: "acme") {
    list: addOnEligibleUsers(addOnType: CODE_SUGGESTIONS, addOnPurchaseIds: []) { count }
  }`,
}

describe('a caller without the right to manage seats', () => {
  test.each<[CallerRole, boolean]>([
    ['owner', false],
    ['maintainer', false],
    ['user', false],
    ['maintainer', true],
    ['user', true],
  ])(
    'a caller who is a mere %s gets no purchase, no list and no change (group: %s)',
    async (role, isGroup) => {
      const gitlab = await play(role, isGroup)
      const scope = isGroup ? '(namespaceId: "gid://gitlab/Group/1")' : ''
      expect(await gitlab.ask(`{ addOnPurchases${scope} { id } }`)).toEqual({ data: { addOnPurchases: [] } })
      const listed = await gitlab.ask(`{ ${lists[isGroup ? 'group' : 'instance']} }`)
      expect(listed.errors?.map(({ message }) => message)).toEqual([notAvailable])
      const input = `{ addOnPurchaseId: "${purchaseGid(1)}", userId: "${userGid(8)}" }`
      const changed = await gitlab.ask(`mutation { userAddOnAssignmentCreate(input: ${input}) { errors } }`)
      expect(changed.errors?.map(({ message }) => message)).toEqual([notAvailable])
      expect(
        await gitlab.ask('{ currentUser { username } users { nodes { emails { nodes { email } } } } }'),
      ).toEqual({
        data: {
          currentUser: { username: role },
          users: { nodes: [{ emails: { nodes: [] } }, { emails: { nodes: [] } }] },
        },
      })
    },
  )

  test('a caller without the right gets null and no error from the query of an old GitLab', async () => {
    const gitlab = await play('user', false, '17.2')
    expect(await gitlab.ask('{ addOnPurchase(addOnType: CODE_SUGGESTIONS) { id } }')).toEqual({
      data: { addOnPurchase: null },
    })
  })
})

describe('the caller', () => {
  test.each<[CallerRole, boolean, string]>([
    ['administrator', false, 'root'],
    ['owner', true, 'root'],
    ['administrator', true, 'root'],
  ])('a caller who is %s has the right to manage seats (group: %s)', async (role, isGroup, username) => {
    const gitlab = await play(role, isGroup)
    const { data, errors } = await gitlab.ask(
      `{ ${lists[isGroup ? 'group' : 'instance']} currentUser { username } }`,
    )
    expect(errors).toBeUndefined()
    expect(data).toMatchObject({ currentUser: { username } })
  })

  test.each<[CallerRole, string, object]>([
    ['owner', 'OWNER', {}],
    ['maintainer', 'MAINTAINER', {}],
    ['user', 'GUEST', {}],
    ['administrator', 'OWNER', { is_admin: true }],
  ])(
    'a caller who is %s has the role %s in the group, and a description over REST',
    async (role, level, own) => {
      const gitlab = await play(role, true)
      expect(await gitlab.ask('{ group(fullPath: "acme") { maxAccessLevel { stringValue } } }')).toEqual({
        data: { group: { maxAccessLevel: { stringValue: level } } },
      })
      const headers = { authorization: `Bearer ${gitlab.token}` }
      const user = (await (await fetch(`${gitlab.url}/api/v4/user`, { headers })).json()) as object
      expect('is_admin' in user).toBe('is_admin' in own)
      const version = await (await fetch(`${gitlab.url}/api/v4/version`, { headers })).json()
      expect(version).toEqual({ version: '18.6.0-ee', revision: 'played' })
    },
  )

  test('the caller and users have web addresses', async () => {
    const gitlab = await play('administrator', false)
    expect(
      await gitlab.ask(
        '{ currentUser { publicEmail state webUrl } users(usernames: ["ada"]) { nodes { webUrl avatarUrl } } }',
      ),
    ).toEqual({
      data: {
        currentUser: { publicEmail: null, state: 'active', webUrl: `${gitlab.url}/root` },
        users: { nodes: [{ webUrl: `${gitlab.url}/ada`, avatarUrl: null }] },
      },
    })
  })
})

describe('users that GitLab hides', () => {
  const states = ['blocked', 'ldap_blocked', 'banned', 'deactivated', 'blocked_pending_approval']
  const lookUps = [
    `{ users(ids: [${states.map((_, index) => `"${userGid(index + 1)}"`)}]) { nodes { state } } }`,
    `{ users(usernames: [${states.map((state) => `"is_${state}"`)}]) { nodes { state } } }`,
    '{ users(search: "is_") { nodes { state } } }',
  ]

  async function playStates(caller: CallerRole) {
    const users = states.map((state, index) => makeUser(index + 1, `is_${state}`, { state }))
    const snapshot = makeSnapshot({ users, seats: [makeSeat(1)], subscription: groupSubscription })
    return hostGitLab((await openStoreOf(snapshot)).join('store.db'), { caller })
  }

  async function listFound(caller: CallerRole): Promise<string[][]> {
    const gitlab = await playStates(caller)
    const headers = { authorization: `Bearer ${gitlab.token}` }
    const rest = (await (await fetch(`${gitlab.url}/api/v4/users`, { headers })).json()) as object[]
    const answers = await Promise.all(lookUps.map((query) => gitlab.ask(query)))
    const nodes = answers.map(({ data }) => (data as { users: { nodes: object[] } }).users.nodes)
    return [...nodes, rest].map((users) => users.map((user) => (user as { state: string }).state).sort())
  }

  test.each<CallerRole>(['owner', 'maintainer', 'user'])(
    'look-ups of a caller who is %s do not find users who are blocked or banned',
    async (caller) => {
      const found = ['blocked_pending_approval', 'deactivated']
      expect(await listFound(caller)).toEqual([found, found, found, found])
    },
  )

  test('look-ups of an administrator find users in every state', async () => {
    const found = [...states].sort()
    expect(await listFound('administrator')).toEqual([found, found, found, found])
  })

  test('the list of holders of an Owner contains a blocked holder', async () => {
    const gitlab = await playStates('owner')
    const filter = `addOnType: CODE_SUGGESTIONS, addOnPurchaseIds: ["${purchaseGid(1)}"], filterByAssignedSeat: "true"`
    expect(
      await gitlab.ask(
        `{ namespace(fullPath: "acme") { addOnEligibleUsers(${filter}) { nodes { state } } } }`,
      ),
    ).toEqual({ data: { namespace: { addOnEligibleUsers: { nodes: [{ state: 'blocked' }] } } } })
  })
})

describe('several operations', () => {
  test('an array of operations is answered one by one, in its order', async () => {
    const gitlab = await play('administrator', false)
    const response = await gitlab.post([
      { query: '{ addOnPurchases { id } }' },
      { query: '{ broken' },
      { query: 'query A { currentUser { username } }', operationName: 'A' },
    ])
    expect([response.status, await response.json()]).toMatchObject([
      200,
      [
        { data: { addOnPurchases: [{ id: purchaseGid(1) }] } },
        { errors: [{ message: 'Syntax Error: Expected Name, found <EOF>.' }] },
        { data: { currentUser: { username: 'root' } } },
      ],
    ])
  })
})
