import { describe, expect, test } from 'vitest'
import { askGitLab, type GitLabAddress } from '../support/gitlab-address.ts'
import { makePurchase, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { purchaseGid, shareGitLab, shareServedGitLab } from './shared-gitlab.ts'

const users = [
  makeUser(1, 'ada', { email: null, emails: ['Ada@corp.example', 'countess@corp.example'] }),
  makeUser(2, 'bob', { email: 'bob@public.example', emails: ['bob@public.example', 'bob@corp.example'] }),
  makeUser(3, 'cleo', { email: null }),
  makeUser(4, 'ada@corp.example.team', { email: null, state: 'blocked' }),
]
const facts = { users, add_on_purchases: [makePurchase()] }
const instance = makeSnapshot(facts)
const group = makeSnapshot({
  ...facts,
  subscription: {
    ...instance.subscription,
    offering: 'gitlab.com',
    url: 'https://gitlab.com',
    group: 'acme',
  },
})

const confirmedAt = '2020-01-01T00:00:00.000Z'

async function get(gitlab: GitLabAddress, path: string) {
  const response = await fetch(`${gitlab.url}/api/v4/${path}`, {
    headers: { authorization: `Bearer ${gitlab.token}` },
  })
  const link = response.headers.get('link')
  return { status: response.status, link, body: (await response.json()) as Record<string, unknown>[] }
}

async function listAddresses(gitlab: GitLabAddress, field: string): Promise<unknown[]> {
  const { data } = await askGitLab(
    gitlab,
    `{ ${field} { nodes { username emails { nodes { email confirmedAt } } } } }`,
  )
  const [connection] = Object.values(data ?? {}) as { nodes: { username: string; emails: unknown }[] }[]
  return (connection?.nodes ?? []).map(({ username, emails }) => [username, emails])
}

const lists = [
  `selfManagedAddOnEligibleUsers(addOnType: CODE_SUGGESTIONS, addOnPurchaseIds: ["${purchaseGid(1)}"])`,
  'users(usernames: ["cleo", "bob", "ada"])',
]

function nodes(...emails: string[]): object {
  return { nodes: emails.map((email) => ({ email, confirmedAt })) }
}

describe('an instance whose token belongs to an administrator', () => {
  const gitlab = shareServedGitLab(instance)

  test.each(lists)(
    'an instance whose token belongs to an administrator shows the confirmed addresses of users in %s',
    async (list) => {
      const seen = await listAddresses(gitlab(), list)
      expect(seen).toHaveLength(3)
      expect(seen).toEqual(
        expect.arrayContaining([
          ['ada', nodes('ada@corp.example', 'countess@corp.example')],
          ['bob', nodes('bob@corp.example', 'bob@public.example')],
          ['cleo', nodes()],
        ]),
      )
    },
  )

  test('an instance whose token belongs to an administrator finds a user by an exact private address in GraphQL and REST, and others by name', async () => {
    const search = 'users(search: "COUNTESS@corp.example")'
    expect(await listAddresses(gitlab(), search)).toEqual([
      ['ada', nodes('ada@corp.example', 'countess@corp.example')],
    ])
    const { body } = await get(gitlab(), 'users?search=countess@corp.example')
    expect(body.map(({ username, email }) => [username, email])).toEqual([['ada', 'ada@corp.example']])
    expect((await get(gitlab(), 'users?search=countess@corp')).body).toEqual([])
    expect((await get(gitlab(), 'users?search=ada@corp.example')).body.map(({ id }) => id)).toEqual([1, 4])
  })

  test('REST lists users with their primary address, page by page along the links', async () => {
    const seen: unknown[] = []
    let path: string | null = 'users?pagination=keyset&order_by=id&sort=asc&per_page=3'
    while (path !== null) {
      const { status, link, body }: Awaited<ReturnType<typeof get>> = await get(gitlab(), path)
      expect(status).toBe(200)
      seen.push(body.map(({ id, email, confirmed_at }) => [id, email, confirmed_at]))
      path = /<[^>]*\/api\/v4\/([^>]+)>; rel="next"/.exec(link ?? '')?.[1] ?? null
    }
    expect(seen).toEqual([
      [
        [1, 'ada@corp.example', confirmedAt],
        [2, 'bob@corp.example', confirmedAt],
        [3, '', null],
      ],
      [[4, '', null]],
    ])
  })

  test('REST has no enterprise users', async () => {
    expect((await get(gitlab(), 'groups/acme/enterprise_users')).status).toBe(404)
  })

  test('the log of requests contains no address', async () => {
    await get(gitlab(), 'users?search=logged@corp.example')
    expect(gitlab().stderr).toContain('GET /api/v4/users 200')
    expect(gitlab().stderr).not.toContain('logged')
  })
})

describe('an instance that hides addresses from the token', () => {
  const gitlab = shareServedGitLab(instance, ['--hide-emails'])

  test.each(lists)(
    'an instance that hides addresses from the token shows no addresses of users in %s',
    async (list) => {
      const seen = await listAddresses(gitlab(), list)
      expect(seen).toHaveLength(3)
      expect(seen).toEqual(expect.arrayContaining(['ada', 'bob', 'cleo'].map((name) => [name, nodes()])))
    },
  )

  test('REST lists users without the keys of the address, and finds public addresses only', async () => {
    const { body } = await get(gitlab(), 'users?pagination=keyset&order_by=id&sort=asc&per_page=100')
    expect(body.map((user) => [user['id'], 'email' in user, 'confirmed_at' in user])).toEqual(
      [1, 2, 3, 4].map((id) => [id, false, false]),
    )
    expect((await get(gitlab(), 'users?search=countess@corp.example')).body).toEqual([])
    expect((await get(gitlab(), 'users?search=bob@public.example')).body).toHaveLength(1)
  })
})

describe('a group on GitLab.com', () => {
  const gitlab = shareGitLab(group)

  test('a group on GitLab.com shows addresses in the list of its enterprise users, and nowhere else', async () => {
    const { body } = await get(gitlab(), 'groups/acme/enterprise_users?per_page=100&page=1')
    expect(body.map(({ id, email }) => [id, email])).toEqual([
      [2, 'bob@corp.example'],
      [1, 'ada@corp.example'],
    ])
    expect((await get(gitlab(), 'groups/acme/enterprise_users?per_page=1&page=2')).body).toHaveLength(1)
    expect((await get(gitlab(), 'groups/acme/enterprise_users?per_page=1&page=3')).body).toEqual([])
    expect((await get(gitlab(), 'groups/other/enterprise_users')).status).toBe(404)
    expect(await listAddresses(gitlab(), 'users(usernames: ["ada"])')).toEqual([['ada', nodes()]])
  })
})

describe('a group before GitLab 17.7', () => {
  const gitlab = shareGitLab(group, { version: '17.6' })

  test('a group before GitLab 17.7 has no list of enterprise users', async () => {
    expect((await get(gitlab(), 'groups/acme/enterprise_users')).status).toBe(404)
  })
})
