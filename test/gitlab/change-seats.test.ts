import { describe, expect, test } from 'vitest'
import type { SeatChange } from '../../src/domain/seat-change.ts'
import { GitLab } from '../../src/gitlab/gitlab.ts'
import type { RefusalCode } from '../../src/gitlab/refusals.ts'
import type { RefusalCode as PlayedCode } from '../../src/played-gitlab/refusals.ts'
import { startTamperingProxy } from '../support/tampering-proxy.ts'
import { answerError, catchFailure, collect, connectPeer, makeOptions, notAvailable } from './peer-gitlab.ts'
import { connectServed, listNames, serveGitLab } from './served-gitlab.ts'

const duoPro = { id: 1, addOn: 'duo-pro' } as const

async function listHolders(gitlab: GitLab): Promise<string[]> {
  return listNames(await collect(gitlab.readUsers(duoPro, 'holders')))
}

const ineligible = { kind: 'ineligible' }
const notSupported = { kind: 'add_on', outcome: 'seat_assignment_not_supported' }
const incompatible = { kind: 'add_on', outcome: 'incompatible_add_on' }

/** GitLab's answer to a call with too many ids. */
function makeTooMany(word: string, most: number): object {
  return {
    kind: 'too_many',
    message: `The number of users to be ${word} in a single API call should be less than ${most}.`,
  }
}

const manyIds = Array.from({ length: 101 }, (_, index) => index + 1)

describe('changeSeats with give, with a served GitLab,', () => {
  test.each([
    ['one user', [2], { kind: 'done' }],
    ['a holder', [1], { kind: 'done' }],
    ['several users', [1, 2], { kind: 'done' }],
    ['an ineligible user', [4], { kind: 'refused', code: 'INVALID_USER_MEMBERSHIP', refusal: ineligible }],
    [
      'several users with an ineligible one',
      [2, 4],
      { kind: 'refused', code: 'INVALID_USER_ID_PRESENT', refusal: ineligible },
    ],
    ['an unknown user', [77], { kind: 'not_shown' }],
    ['too many users', manyIds, makeTooMany('assigned', 100)],
  ])('changeSeats with give, with a served GitLab, returns the answer for %s', async (_, userIds, answer) => {
    expect(await (await connectServed('18.6')).changeSeats('give', 1, userIds)).toEqual(answer)
  })

  test('changeSeats with give, with a served GitLab, ends at the first refusal without a bulk mutation, after the users before it got their seats', async () => {
    const gitlab = await connectServed('17.2')
    expect(await gitlab.changeSeats('give', 1, [2, 4])).toEqual({
      kind: 'refused',
      code: 'INVALID_USER_MEMBERSHIP',
      refusal: ineligible,
    })
    expect(listNames(await collect(gitlab.readUsers(duoPro, 'free')))).toEqual([])
  })
})

describe('changeSeats with take, with a served GitLab,', () => {
  test.each([
    ['a holder', [1], { kind: 'done' }, ['carol']],
    ['an ineligible holder', [3], { kind: 'done' }, ['ada']],
    ['a user without a seat', [2], { kind: 'done' }, ['ada', 'carol']],
    ['an unknown user', [77], { kind: 'not_shown' }, ['ada', 'carol']],
    ['several holders', [1, 3], { kind: 'done' }, []],
    ['several users with one holder', [2, 3, 4], { kind: 'done' }, ['ada']],
    ['several users without a seat', [2, 4], { kind: 'done' }, ['ada', 'carol']],
    ['a holder and an unknown user', [1, 77], { kind: 'done' }, ['carol']],
    ['too many users', manyIds, makeTooMany('unassigned', 100), ['ada', 'carol']],
  ])(
    'changeSeats with take, with a served GitLab, returns the answer for %s',
    async (_, userIds, answer, holders) => {
      const gitlab = await connectServed('18.6')
      expect(await gitlab.changeSeats('take', 1, userIds)).toEqual(answer)
      expect(await listHolders(gitlab)).toEqual(holders)
    },
  )

  test('changeSeats with take, with a served GitLab, does not change the seats of another purchase', async () => {
    const gitlab = await connectServed('18.6')
    await gitlab.changeSeats('take', 1, [1, 2, 3])
    expect((await gitlab.readPurchases()).map(({ id, assigned }) => [id, assigned])).toEqual([
      [1, 0],
      [2, 1],
    ])
  })

  test('changeSeats with take, with a served GitLab, ends at the first unknown user without a bulk mutation, after it took the seats before', async () => {
    const gitlab = await connectServed('17.2')
    const readAssigned = async () => (await gitlab.readPurchases())[0]?.assigned
    expect(await gitlab.changeSeats('take', 1, [2, 3, 77, 1])).toEqual({ kind: 'not_shown' })
    expect(await readAssigned()).toBe(1)
    expect(await gitlab.changeSeats('take', 1, [1, 2, 3])).toEqual({ kind: 'done' })
    expect(await readAssigned()).toBe(0)
  })

  test.each([[[1]], [[1, 3]]])(
    'changeSeats with take, with a served GitLab, takes the seats of %j although the answer is lost',
    async (userIds) => {
      const served = await serveGitLab('18.6')
      const proxy = await startTamperingProxy(served.url)
      proxy.tamper = ({ isMutation }) => (isMutation ? 'drop-after' : 'pass')
      const gitlab = await GitLab.connect(makeOptions(proxy.url, { token: served.token }).options)
      expect((await catchFailure(gitlab.changeSeats('take', 1, userIds))).kind).toBe('UnansweredError')
      expect(proxy.seen.filter(({ isMutation }) => isMutation)).toHaveLength(1)
      expect(await listHolders(gitlab)).toEqual(userIds.includes(3) ? [] : ['carol'])
    },
  )
})

/** Both directions, with GitLab's names. */
const directions = [
  { change: 'give', payload: 'give', operation: 'GiveSeat', word: 'assigned' },
  { change: 'take', payload: 'take', operation: 'TakeSeat', word: 'unassigned' },
] as const

describe.each(directions)(
  'changeSeats with $change, with a peer,',
  ({ change, payload, operation, word }) => {
    test.each([
      ['SEAT_ASSIGNMENT_NOT_SUPPORTED', 'SEAT_ASSIGNMENT_NOT_SUPPORTED', notSupported],
      ['INCOMPATIBLE_ADD_ON', 'INCOMPATIBLE_ADD_ON', incompatible],
      ['SOMETHING \u001b[31mNEW', 'SOMETHING  [31mNEW', { kind: 'unknown' }],
      ['constructor', 'constructor', { kind: 'unknown' }],
    ])(
      'changeSeats with a peer returns the code of the refusal %j with its meaning',
      async (told, code, refusal) => {
        const { gitlab, peer } = await connectPeer(() => ({
          body: { data: { [payload]: { errors: [told] } } },
        }))
        expect(await gitlab.changeSeats(change, 5, [7, 8])).toEqual({ kind: 'refused', code, refusal })
        expect(await gitlab.changeSeats(change, 5, [7])).toEqual({ kind: 'refused', code, refusal })
        const addOnPurchaseId = 'gid://gitlab/GitlabSubscriptions::AddOnPurchase/5'
        expect(peer.seen.map(({ operation, variables }) => [operation, variables])).toEqual([
          [`${operation}s`, { addOnPurchaseId, userIds: ['gid://gitlab/User/7', 'gid://gitlab/User/8'] }],
          [operation, { addOnPurchaseId, userId: 'gid://gitlab/User/7' }],
        ])
      },
    )

    test('changeSeats with a peer sends one mutation per user without a bulk mutation', async () => {
      const { gitlab, peer } = await connectPeer(() => ({ body: { data: { [payload]: { errors: [] } } } }), {
        version: '17.2',
      })
      expect(await gitlab.changeSeats(change, 5, [7, 8])).toEqual({ kind: 'done' })
      expect(peer.seen.map(({ operation, variables }) => [operation, variables['userId']])).toEqual([
        [operation, 'gid://gitlab/User/7'],
        [operation, 'gid://gitlab/User/8'],
      ])
    })

    test.each([
      [[7, 8], notAvailable, { kind: 'not_shown' }],
      [[7], notAvailable, { kind: 'not_shown' }],
      [
        [7, 8],
        `The number of users to be ${word} in a single API call should be less than 50.`,
        makeTooMany(word, 50),
      ],
    ])(
      'changeSeats with a peer returns the meaning of an error beside a null payload for the users %j',
      async (userIds, message, answer) => {
        const { gitlab } = await connectPeer(() => answerError(message, { [payload]: null }))
        expect(await gitlab.changeSeats(change, 5, userIds)).toEqual(answer)
      },
    )

    const yes = { [payload]: { errors: [] } }
    const internal = 'Internal server error'
    const readOnly = 'You cannot perform write operations on a read-only instance'

    test.each<[string, object, string]>([
      ['an unknown error', { data: { [payload]: null }, errors: [{ message: 'Oh' }] }, 'answered with "Oh"'],
      ['a yes with an error', { data: yes, errors: [{ message: 'Oh' }] }, 'answered with "Oh"'],
      [
        'a yes with an error about rights',
        { data: yes, errors: [{ message: 'does not exist or' }] },
        'answered with "does not exist or"',
      ],
      [
        'a yes with null for an error',
        { data: yes, errors: [null] },
        'answered with "an error without text"',
      ],
      ['an internal error', { data: null, errors: [{ message: internal }] }, `answered with "${internal}"`],
      [
        'an internal error beside one about rights',
        { data: { [payload]: null }, errors: [{ message: notAvailable }, { message: internal }] },
        `answered with "${notAvailable} ${internal}"`,
      ],
      ['a timeout', { data: yes, errors: [{ message: 'Timeout on X.y' }] }, 'answered with "Timeout on X.y"'],
      ['a read-only GitLab', { data: null, errors: [{ message: readOnly }] }, `answered with "${readOnly}"`],
      [
        'null for a code',
        { data: { [payload]: { errors: [null] } } },
        'answered with errors that duo-seats cannot read',
      ],
      [
        'a text for the codes',
        { data: { [payload]: { errors: 'no' } } },
        'answered with errors that duo-seats cannot read',
      ],
      [
        'a payload without codes',
        { data: { [payload]: {} } },
        'answered with errors that duo-seats cannot read',
      ],
      ['an empty list for the payload', { data: { [payload]: [] } }, 'answered with nothing'],
    ])('changeSeats with a peer rejects with UnansweredError for %s', async (_, body, what) => {
      const { gitlab, peer, retries } = await connectPeer(() => ({ body }))
      const { host } = new URL(peer.url)
      expect(await catchFailure(gitlab.changeSeats(change, 5, [7, 8]))).toEqual({
        kind: 'UnansweredError',
        exit: 'unreachable',
        message: `GitLab at ${host} ${what}. Whether it changed the seats is unknown.`,
      })
      expect(peer.seen).toHaveLength(1)
      expect(retries).toEqual(
        'errors' in body
          ? [
              `GitLab at ${host} ${what}. The changes are pending until GitLab answers without an error or lists the holders.`,
            ]
          : [],
      )
    })

    test('changeSeats with a peer rejects with the text of an error about a part that GitLab does not have', async () => {
      const message = "Field 'give' doesn't exist on type 'Mutation'"
      const { gitlab } = await connectPeer(() => answerError(message))
      expect(await catchFailure(gitlab.changeSeats(change, 5, [7]))).toEqual({
        kind: 'UnreachableError',
        exit: 'unreachable',
        message: `GitLab 18.6.0-ee does not support a request of duo-seats: "${message}".`,
      })
    })

    test('changeSeats with a peer rejects a yes with a status that is no yes', async () => {
      const { gitlab } = await connectPeer(() => ({ status: 422, body: { data: yes } }))
      expect((await catchFailure(gitlab.changeSeats(change, 5, [7]))).kind).toBe('UnansweredError')
    })

    test.each([
      [['NO_ASSIGNMENTS_FOUND', 'NEW'], { kind: 'unknown' }],
      [['INCOMPATIBLE_ADD_ON', 'NEW'], { kind: 'unknown' }],
      [['INCOMPATIBLE_ADD_ON', 'INCOMPATIBLE_ADD_ON'], incompatible],
    ])('changeSeats with a peer reads each of the codes %j', async (errors, refusal) => {
      const { gitlab } = await connectPeer(() => ({ body: { data: { [payload]: { errors } } } }))
      expect(await gitlab.changeSeats(change, 5, [7])).toEqual({
        kind: 'refused',
        code: errors.join(', '),
        refusal,
      })
    })

    test.each([
      ['null for several', [7, 8], { [payload]: null }],
      ['no payload', [7], {}],
      ['no data', [7], null],
    ])(
      'changeSeats with a peer rejects with UnansweredError for %s without an error',
      async (_, userIds, data) => {
        const { gitlab, peer } = await connectPeer(() => ({ body: { data } }))
        expect((await catchFailure(gitlab.changeSeats(change, 5, userIds))).kind).toBe('UnansweredError')
        expect(peer.seen).toHaveLength(1)
      },
    )
  },
)

describe('a null payload for one user without an error', () => {
  const answerNull = () => ({ body: { data: { give: null, take: null } } })

  test('a null payload for one user without an error means for take that there was nothing to take', async () => {
    const { gitlab } = await connectPeer(answerNull)
    expect(await gitlab.changeSeats('take', 5, [7])).toEqual({ kind: 'done' })
  })

  test('a null payload for one user without an error is no answer for give', async () => {
    const { gitlab } = await connectPeer(answerNull)
    expect((await catchFailure(gitlab.changeSeats('give', 5, [7]))).kind).toBe('UnansweredError')
  })
})

const refused = (refusal: object) => (code: string) => ({ kind: 'refused', code, refusal })
const unknown = refused({ kind: 'unknown' })
const tooFew = refused({ kind: 'shortage' })
const done = () => ({ kind: 'done' })

/** Does not compile without a code of the client. */
const answers = {
  NO_SEATS_AVAILABLE: { give: tooFew, take: unknown },
  NOT_ENOUGH_SEATS: { give: tooFew, take: unknown },
  INVALID_USER_MEMBERSHIP: { give: refused(ineligible), take: unknown },
  INVALID_USER_ID_PRESENT: { give: refused(ineligible), take: unknown },
  SEAT_ASSIGNMENT_NOT_SUPPORTED: { give: refused(notSupported), take: refused(notSupported) },
  INCOMPATIBLE_ADD_ON: { give: refused(incompatible), take: refused(incompatible) },
  NO_ASSIGNMENTS_FOUND: { give: unknown, take: done },
} satisfies Record<RefusalCode, Record<SeatChange, (code: string) => object>>

// Does not compile while the client lacks a code of the played GitLab.
describe.each(Object.entries(answers satisfies Record<PlayedCode, unknown>))(
  "GitLab's code %s",
  (code, { give, take }) => {
    const errors = [code]
    const answer = () => ({ body: { data: { give: { errors }, take: { errors } } } })

    test('a code of GitLab has a meaning for give and one for take', async () => {
      const { gitlab } = await connectPeer(answer)
      expect(await gitlab.changeSeats('give', 5, [7, 8])).toEqual(give(code))
      expect(await gitlab.changeSeats('take', 5, [7, 8])).toEqual(take(code))
      expect(await gitlab.changeSeats('take', 5, [7])).toEqual(take(code))
    })
  },
)
