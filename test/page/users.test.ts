import { describe, expect, test } from 'vitest'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { openPage, type TestPage } from '../support/open-page.ts'
import { openTeam, withBothAddOns } from '../support/sample-team.ts'

interface UsersAnswer {
  total: number
  users: { username: string; user_id: number }[]
}

const today = new Date().toISOString().slice(0, 10)

/** Ada and Bob use their seats, Carol did long ago, and Dora never did. */
const company = {
  add_on_purchases: [makePurchase({ quantity: 6 })],
  users: [
    makeUser(1, 'ada', { name: 'Zoë', last_activity_on: today, last_duo_activity_on: today }),
    makeUser(2, 'Bob', { name: 'anna', last_activity_on: '2026-01-02', last_duo_activity_on: today }),
    makeUser(3, 'carol', { name: 'Mia', email: null, last_duo_activity_on: '2025-11-01' }),
    makeUser(4, 'dora', { name: 'Lea', state: 'blocked', last_activity_on: '2026-01-01' }),
    makeUser(5, 'eve', { name: 'Ina' }),
    makeUser(6, 'bot_1', { name: 'Bot', type: 'project_bot' }),
  ],
  seats: [
    makeSeat(1, { assigned_at: '2026-01-05T00:00:00Z' }),
    makeSeat(2, { assigned_at: '2026-01-03T00:00:00Z' }),
    makeSeat(3),
    makeSeat(4),
  ],
}

async function openCompany() {
  const workdir = await openTeam(company)
  return { workdir, page: await openPage(workdir.join('store.db')) }
}

async function readUsers(page: TestPage, query: string): Promise<UsersAnswer> {
  const [status, answer] = await page.read(`/api/users?${query}`)
  expect([query, status, answer]).toEqual([query, 200, expect.anything()])
  return answer as UsersAnswer
}

async function listNames(page: TestPage, query: string): Promise<string> {
  return (await readUsers(page, query)).users.map(({ username }) => username).join(' ')
}

describe('/api/users', () => {
  test('/api/users has the rows of list --all, with the total', async () => {
    const { workdir, page } = await openCompany()
    const list = await workdir.inProcess.runForJson<{ users: object[] }>(0, ['list', '--all'])
    expect(await page.read('/api/users')).toEqual([200, { schema: 1, total: 6, users: list.users }])
  })

  test.each([
    ['all', 'ada Bob bot_1 carol dora eve'],
    ['held', 'ada Bob carol dora'],
    ['none', 'bot_1 eve'],
    ['pending', ''],
    ['not_eligible', 'bot_1 dora'],
    ['idle', 'carol'],
    ['never_used', 'dora'],
  ])('/api/users shows the users of the filter %s', async (filter, names) => {
    const { page } = await openCompany()
    expect(await listNames(page, `seat=${filter}`)).toBe(names)
  })

  test('/api/users takes the days of the filter idle', async () => {
    const { page } = await openCompany()
    expect(await listNames(page, 'seat=idle&days=9999')).toBe('')
    expect(await listNames(page, 'seat=idle&days=1')).toBe('carol')
  })

  test.each([
    ['username', 'ada Bob bot_1 carol dora eve', 'eve dora carol bot_1 Bob ada'],
    ['name', 'Bob bot_1 eve dora carol ada', 'ada carol dora eve bot_1 Bob'],
    ['email', 'ada Bob bot_1 dora eve carol', 'eve dora bot_1 Bob ada carol'],
    ['state', 'ada Bob bot_1 carol eve dora', 'dora ada Bob bot_1 carol eve'],
    ['seat', 'ada Bob carol dora bot_1 eve', 'bot_1 eve ada Bob carol dora'],
    ['assigned_at', 'Bob ada bot_1 carol dora eve', 'ada Bob bot_1 carol dora eve'],
    ['last_activity_on', 'dora Bob ada bot_1 carol eve', 'ada Bob dora bot_1 carol eve'],
    ['last_duo_activity_on', 'carol ada Bob bot_1 dora eve', 'ada Bob carol bot_1 dora eve'],
    ['reason', 'dora bot_1 ada Bob carol eve', 'bot_1 dora ada Bob carol eve'],
  ])(
    '/api/users sorts by %s in both directions, unknown values last',
    async (sort, ascending, descending) => {
      const { page } = await openCompany()
      expect(await listNames(page, `sort=${sort}`)).toBe(ascending)
      expect(await listNames(page, `sort=${sort}&reverse=1`)).toBe(descending)
    },
  )

  test.each([
    ['OB', 'Bob'],
    ['zoe\u0308', 'ada'],
    ['example.com', 'ada Bob bot_1 dora eve'],
    ['o', 'ada Bob bot_1 carol dora eve'],
    ['%', ''],
    ['ada\nZo', 'ada'],
  ])('/api/users searches usernames, names and addresses for %j', async (search, names) => {
    const { page } = await openCompany()
    expect(await listNames(page, `search=${encodeURIComponent(search)}`)).toBe(names)
  })

  test('a question mark in a query is part of its value', async () => {
    const { page } = await openCompany()
    expect(await listNames(page, 'search=ada')).toBe('ada')
    expect(await listNames(page, 'search=ada?x')).toBe('')
  })

  test('/api/users joins a search, a filter and an order, and pages through the result', async () => {
    const { page } = await openCompany()
    const query = 'search=example&seat=held&sort=name&limit=2'
    expect(await readUsers(page, query)).toMatchObject({
      total: 3,
      users: [{ username: 'Bob' }, { username: 'dora' }],
    })
    expect(await readUsers(page, `${query}&offset=2`)).toMatchObject({
      total: 3,
      users: [{ username: 'ada' }],
    })
    expect(await readUsers(page, `${query}&offset=3`)).toMatchObject({ total: 3, users: [] })
    expect(await page.read('/api/user-ids?search=example&seat=held&sort=name')).toEqual([
      200,
      { schema: 1, total: 3, user_ids: [2, 4, 1] },
    ])
  })

  test('/api/users shows the changes of a command line at once', async () => {
    const { workdir, page } = await openCompany()
    expect(await listNames(page, 'seat=held')).toBe('ada Bob carol dora')
    await workdir.inProcess.runExpecting(0, ['assign', 'eve'])
    expect(await listNames(page, 'seat=held')).toBe('ada Bob carol dora eve')
  })

  test.each(['limit=501', 'limit=-1', 'sort=shoe', 'seat=maybe', 'days=0', 'add_on=duo', 'reverse=2'])(
    '/api/users answers 400 for %s',
    async (query) => {
      const { page } = await openCompany()
      const [name] = query.split('=')
      expect(await page.read(`/api/users?${query}`)).toEqual([
        400,
        {
          schema: 1,
          error: {
            code: 'usage',
            message: expect.stringMatching(`^The parameter ${name} is malformed: `),
            hint: 'Reload the page: it may be older than its server.',
          },
        },
      ])
    },
  )

  test('/api/users needs the add-on while both are active', async () => {
    const workdir = await openTeam(withBothAddOns)
    const page = await openPage(workdir.join('store.db'))
    const [status, answer] = await page.read('/api/users?add_on=')
    expect([status, answer]).toMatchObject([400, { error: { message: 'More than one add-on has seats.' } }])
    expect(await listNames(page, 'add_on=duo-enterprise&seat=held')).toBe('')
    expect(await listNames(page, 'add_on=duo-pro&seat=held')).toBe('ada')
  })
})
