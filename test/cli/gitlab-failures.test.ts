import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { makeCrowd, writeCrowd } from '../support/crowd.ts'
import { containsUser, type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import {
  answerError,
  answerWith,
  type Passing,
  type Tampering,
  type TamperingProxy,
} from '../support/tampering-proxy.ts'

/** No wait between retries: GitLab fails in every attempt. */
const env = { DUO_SEATS_RETRY_BASE_MS: '0' }

const page = '<!DOCTYPE html><html></html>'

const notAvailable =
  "The resource that you are attempting to access does not exist or you don't have permission to perform this action"

const internalError = answerWith({ data: null, errors: [{ message: 'Internal server error' }] })

/** Failures of GitLab, or of a gateway in front of it, with a part of the error that is printed. */
const failures: [string, Tampering, string][] = [
  ['500', { status: 500, body: page }, 'answered with 500'],
  ['404', { status: 404, body: page }, 'answered with a web page, not with GraphQL (404)'],
  ['405', { status: 405, body: page }, 'answered with a web page, not with GraphQL (405)'],
  ['422', { status: 422, body: '{"errors":[{"message":"Query too large"}]}' }, 'answered: "Query too large"'],
  ['a web page', { status: 200, body: page }, 'answered with a web page, not with GraphQL (200)'],
  ['half an answer', { status: 200, body: '{"data":{' }, 'answered with "{"data":{", not with GraphQL (200)'],
  ['no data', answerWith({ data: {} }), 'answered with "{"data":{}}", not with GraphQL (200)'],
  ['an internal error and 200', internalError, 'answered with "Internal server error"'],
  [
    'a redirect to another host',
    { status: 302, headers: { location: 'https://sso.example.com/' } },
    'redirects to https://sso.example.com. The token was not sent there.',
  ],
  ['a redirect without an address', { status: 302 }, 'redirects, but names no valid address.'],
  [
    'a redirect in a circle',
    { status: 307, headers: { location: '/api/graphql' } },
    'redirects in a circle.',
  ],
  ['an error without a meaning', answerError('Something went wrong'), 'answered: "Something went wrong"'],
]

function failAt(proxy: TamperingProxy, wanted: (passing: Passing) => boolean, tampering: Tampering): void {
  proxy.tamper = (passing) => (wanted(passing) ? tampering : 'pass')
}

describe('a failure of GitLab ends sync with exit code 6, and nothing is written:', () => {
  async function expectUnreachable(operation: string, tampering: Tampering, words: string): Promise<void> {
    const team = await openLinkedTeam()
    const before = team.readOwnStore()
    failAt(team.proxy, (passing) => passing.operation === operation, tampering)
    const { code, stderr } = await team.inProcess.run(['sync'], { env })
    expect([code, stderr]).toEqual([6, expect.stringContaining(words)])
    expect(stderr).toMatch(/^hint: ./m)
    expect(team.readOwnStore()).toEqual(before)
  }

  test.each(failures)('%s in answer to the query for purchases', async (_, tampering, words) => {
    await expectUnreachable('ReadPurchases', tampering, words)
  })

  test.each(failures)('%s in answer to a query for users', async (_, tampering, words) => {
    await expectUnreachable('ReadUsersOfInstance', tampering, words)
  })

  test.each(failures.filter(([name]) => name !== '404'))(
    '%s in answer to the first query',
    async (...failure) => {
      const [, tampering, words] = failure
      await expectUnreachable('Connect', tampering, words)
    },
  )

  test('404 in answer to the first query', async () => {
    await expectUnreachable('Connect', { status: 404, body: page }, 'error: No GitLab answers at http')
  })

  const ada = { id: 'gid://gitlab/User/1', username: 'ada', name: 'Ada', state: 'active', type: 'HUMAN' }
  const listOf = (node: object | null, pageInfo: object = { hasNextPage: false }) =>
    answerWith({ data: { users: { count: 1, nodes: node === null ? null : [node], pageInfo } } })
  const purchase = {
    id: 'gid://gitlab/GitlabSubscriptions::AddOnPurchase/1',
    name: 'CODE_SUGGESTIONS',
    purchasedQuantity: 4,
    assignedQuantity: 1,
  }
  const listOfPurchases = (facts: object) =>
    answerWith({ data: { addOnPurchases: [{ ...purchase, ...facts }] } })

  test.each<[string, string, Tampering, string]>([
    ['a user without an id', 'ReadUsersOfInstance', listOf({ ...ada, id: null }), 'with a user that'],
    ['a user without a username', 'ReadUsersOfInstance', listOf({ ...ada, username: 7 }), 'with user 1 that'],
    ['a list without users', 'ReadUsersOfInstance', listOf(null), 'with a list of users that'],
    ['a list without pages', 'ReadUsersOfInstance', listOf(ada, {}), 'with a page of a list that'],
    [
      'a list that repeats a page',
      'ReadUsersOfInstance',
      listOf(ada, { hasNextPage: true, endCursor: 'A' }),
      'did not list all users of the purchase: the list repeats a page.',
    ],
    [
      'a purchase without a quantity',
      'ReadPurchases',
      listOfPurchases({ purchasedQuantity: null }),
      'purchase that',
    ],
    [
      'a purchase with an endless quantity',
      'ReadPurchases',
      listOfPurchases({ purchasedQuantity: 1e308 }),
      'purchase that',
    ],
    ['a purchase without an id', 'ReadPurchases', listOfPurchases({ id: 'x' }), 'purchase that'],
  ])('%s', async (_, operation, tampering, words) => {
    await expectUnreachable(operation, tampering, words)
  })

  test('a list without an end, which is read until --timeout', async () => {
    const team = await openLinkedTeam()
    let pages = 0
    team.proxy.tamper = ({ operation }) =>
      operation === 'ReadUsersOfInstance'
        ? listOf(ada, { hasNextPage: true, endCursor: `c${pages++}` })
        : 'pass'
    const { code, stderr } = await team.inProcess.run(['sync', '--timeout', '2s'], { env })
    expect([code, stderr]).toEqual([
      6,
      expect.stringMatching(
        /(has not finished after \d\S* s, when|was not asked:) --timeout (was|is) used up\./,
      ),
    ])
    expect(pages).toBeGreaterThan(1)
  })
})

describe('a failure of GitLab that passes', () => {
  test.each(failures.slice(0, 2).concat(failures.slice(4, 8)))(
    'sync repeats each query after %s',
    async (_, tampering) => {
      const team = await openLinkedTeam()
      const failed = new Set<string>()
      team.proxy.tamper = ({ operation, isMutation }) => {
        if (isMutation || operation === 'Connect' || failed.has(operation)) return 'pass'
        failed.add(operation)
        return tampering
      }
      await team.inProcess.runForJson(0, ['sync'], { env })
      expect([...failed].sort()).toEqual(['ReadLicense', 'ReadPurchases', 'ReadUsersOfInstance'])
    },
  )

  test.each(failures.filter(([name]) => !name.startsWith('a redirect')))(
    'a push sends its call again after %s',
    async (_, tampering) => {
      const team = await openLinkedTeam()
      let calls = 0
      team.proxy.tamper = ({ isMutation }) => (isMutation && calls++ === 0 ? tampering : 'pass')
      const { results } = await team.inProcess.runForJson(0, ['assign', 'bob'], { env })
      expect(results.map(({ outcome, pushed }) => [outcome, pushed])).toEqual([['assigned', 'confirmed']])
      expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
    },
  )
})

describe('a failure of GitLab in answer to a change', () => {
  async function expectPending(tampering: Tampering, args: string[], code: number): Promise<string> {
    const team = await openLinkedTeam()
    failAt(team.proxy, ({ isMutation }) => isMutation, tampering)
    const { code: ended, stderr, stdout } = await team.inProcess.run([...args, '--format', 'json'], { env })
    expect([ended, stderr]).toEqual([code, expect.stringContaining('1 change is pending')])
    const outcome = args[0] === 'assign' ? 'pending' : 'pending_removal'
    expect(JSON.parse(stdout)).toMatchObject({ results: [{ outcome, pushed: 'pending' }] })
    expect(team.listGitLabHolders()).toEqual(['ada'])
    team.proxy.tamper = () => 'pass'
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listGitLabHolders()).toEqual(args[0] === 'assign' ? ['ada', 'Bob'] : [])
    return stderr
  }

  const doubts: [string, Tampering, string][] = [
    ...failures,
    [
      'a timeout',
      answerWith({ data: { give: null, take: null }, errors: [{ message: 'Timeout on Mutation.give' }] }),
      'answered with "Timeout on Mutation.give"',
    ],
    [
      'a read-only GitLab',
      answerWith({
        data: null,
        errors: [{ message: 'You cannot perform write operations on a read-only instance' }],
      }),
      'answered with "You cannot perform write operations on a read-only instance"',
    ],
    [
      'a yes beside an error',
      answerWith({
        data: { give: { errors: [] }, take: { errors: [] } },
        errors: [{ message: 'Seats are frozen' }],
      }),
      'answered with "Seats are frozen"',
    ],
    [
      'null for a code',
      answerWith({ data: { give: { errors: [null] }, take: { errors: [null] } } }),
      'answered with errors that duo-seats cannot read',
    ],
  ]

  const words = (text: string) => text.replace('answered: "', 'answered with "')

  test.each(doubts.filter(([name]) => name !== '422'))(
    'assign leaves its change pending and ends with 6 after %s',
    async (_, tampering, text) => {
      expect(await expectPending(tampering, ['assign', 'bob'], 6)).toContain(words(text))
    },
  )

  test.each(doubts.filter(([name]) => name !== '422'))(
    'unassign leaves its change pending and ends with 6 after %s',
    async (_, tampering, text) => {
      expect(await expectPending(tampering, ['unassign', 'ada'], 6)).toContain(words(text))
    },
  )

  test('a push does not wait for its next round beyond --timeout', async () => {
    const team = await openLinkedTeam()
    failAt(team.proxy, ({ isMutation }) => isMutation, 'drop')
    // Draws a wait of nine seconds.
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.9)
    onTestFinished(() => random.mockRestore())
    const slow = { env: { DUO_SEATS_RETRY_BASE_MS: '10000' } }
    const { code, stderr } = await team.inProcess.run(['assign', 'bob', '--timeout', '1s'], slow)
    expect([code, stderr]).toEqual([
      6,
      expect.stringContaining(
        'did not answer (connection reset (ECONNRESET)); there is no time left to try again. Not confirmed by GitLab: 1 change is pending.',
      ),
    ])
  })

  test('a refusal of the account is printed with its remedy, and ends with 4', async () => {
    const body = '{"errors":[{"message":"API not accessible for user"}]}'
    const stderr = await expectPending({ status: 403, body }, ['assign', 'bob'], 4)
    expect(stderr).toContain('refused the request (403): "API not accessible for user".')
    expect(stderr).toContain('Sign in to GitLab as the user of the token')
  })

  test('a refusal of the token says that a scope may be missing, and ends with 4', async () => {
    const body = '{"errors":[{"message":"Invalid token"}]}'
    const stderr = await expectPending({ status: 401, body }, ['assign', 'bob'], 4)
    expect(stderr).toContain('it is wrong, expired or revoked, or lacks a scope.')
  })

  test('assign confirms a seat that GitLab lists although its answer held an error, and prints the error', async () => {
    const team = await openLinkedTeam()
    team.proxy.tamper = ({ isMutation }) => {
      if (!isMutation) return 'pass'
      team.changeGitLab('INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, 2)')
      return answerWith({ data: { give: { errors: [] } }, errors: [{ message: 'A hook failed' }] })
    }
    const { code, stderr } = await team.inProcess.run(['assign', 'bob'], { env })
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('answered with "A hook failed". The changes are pending'),
    ])
    expect(team.listMutations()).toEqual([1])
    expect(team.readResults()).toEqual([['bob', 'assigned', 'confirmed']])
  })

  test('unassign confirms a removal that GitLab has made although each of its answers holds an error', async () => {
    const team = await openLinkedTeam()
    team.proxy.tamper = ({ isMutation }) => {
      if (!isMutation) return 'pass'
      team.changeGitLab('DELETE FROM seats WHERE user_id = 1')
      return answerWith({ data: { take: { errors: [] } }, errors: [{ message: 'A hook failed' }] })
    }
    const { code, stderr } = await team.inProcess.run(['unassign', 'ada'], { env })
    expect([code, stderr]).toEqual([0, expect.stringContaining('answered with "A hook failed".')])
    expect(team.listMutations()).toEqual([1, 1])
    expect(team.readResults()).toEqual([['ada', 'unassigned', 'confirmed']])
  })

  test('a refusal with several codes is reported with each of them', async () => {
    const team = await openLinkedTeam()
    const payload = { errors: ['NO_ASSIGNMENTS_FOUND', 'FROZEN'] }
    failAt(team.proxy, ({ isMutation }) => isMutation, answerWith({ data: { take: payload } }))
    const { results } = await team.inProcess.runForJson(3, ['unassign', 'ada'], { env })
    expect(results[0]).toMatchObject({ outcome: 'refused_by_gitlab', pushed: 'refused' })
    expect(results[0]?.message).toContain('NO_ASSIGNMENTS_FOUND, FROZEN')
  })
})

describe('a GitLab that rejects calls for several users', () => {
  const rejectBulk = (
    team: LinkedTeam,
    isRejected = (passing: Passing) => passing.operation.endsWith('Seats'),
  ) => failAt(team.proxy, isRejected, answerError(notAvailable))

  test('a GitLab that rejects calls for several users gets a call for each user', async () => {
    const team = await openLinkedTeam(makeCrowd(120))
    team.workdir.write('crowd.csv', writeCrowd(120))
    rejectBulk(team)
    await team.inProcess.runForJson(0, ['bulk-assign', 'crowd.csv'], { env })
    expect(team.listGitLabHolders()).toHaveLength(120)
    expect(team.listCalls().filter((call) => call === 'GiveSeats 100')).toHaveLength(1)
    expect(team.listCalls().filter((call) => call === 'GiveSeat 1')).toHaveLength(120)
    await team.inProcess.runForJson(0, ['bulk-unassign', 'crowd.csv', '--yes'], { env })
    expect(team.listGitLabHolders()).toEqual([])
  })

  test('a GitLab that rejects calls for several users gets calls for the others when the first user is gone or may not have a seat', async () => {
    const team = await openLinkedTeam()
    rejectBulk(team)
    const answering = team.proxy.tamper
    team.proxy.tamper = async (passing) => {
      if (passing.isMutation && containsUser(passing, 2))
        team.changeGitLab("UPDATE users SET state = 'blocked' WHERE id = 2")
      return answering(passing)
    }
    const { results } = await team.inProcess.runForJson(3, ['assign', 'bob', 'carol'], { env })
    expect(results.map(({ outcome }) => outcome)).toEqual(['invalid_user_membership', 'assigned'])
  })

  test('a GitLab that rejects calls for several users is asked about one user before the token is blamed', async () => {
    const team = await openLinkedTeam()
    rejectBulk(team, ({ isMutation }) => isMutation)
    const { code, stderr } = await team.inProcess.run(['assign', 'bob', 'carol'], { env })
    expect([code, stderr]).toEqual([
      4,
      expect.stringContaining('This token can read seats but not change them.'),
    ])
    expect(team.listCalls()).toEqual(['GiveSeats 2', 'GiveSeat 1'])
  })
})

describe('a user in a state that duo-seats does not support', () => {
  const warning =
    'warning: GitLab has users with the state "asleep", which this version of duo-seats does not support. They count as not eligible.\n'

  /** Plays a GitLab that has "asleep" in place of "deactivated". */
  function putToSleep({ proxy }: LinkedTeam): void {
    proxy.tamper = () => ({ rewrite: (body) => body.replaceAll('"deactivated"', '"asleep"') })
  }

  test('sync keeps the user as a holder who is not eligible, and warns once', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab(`
      INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, 3);
      UPDATE users SET state = 'deactivated' WHERE id IN (1, 3)
    `)
    putToSleep(team)
    const { code, stderr } = await team.inProcess.run(['sync'])
    expect(code).toBe(0)
    expect(stderr.split(warning)).toHaveLength(2)
    const list = await team.inProcess.runForJson<{ users: { username: string; reason: string | null }[] }>(
      0,
      ['list'],
    )
    expect(list.users.map(({ username, reason }) => [username, reason])).toEqual([
      ['ada', 'asleep'],
      ['carol', 'asleep'],
    ])
  })

  test('assign refuses the user with that state as the reason', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab("UPDATE users SET state = 'deactivated' WHERE id = 2")
    putToSleep(team)
    const { results } = await team.inProcess.runForJson(3, ['assign', 'bob'])
    expect(results).toMatchObject([
      {
        outcome: 'invalid_user_membership',
        reason: 'asleep',
        message: 'The user is not eligible (asleep).',
      },
    ])
  })
})
