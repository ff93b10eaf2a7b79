import { describe, expect, test } from 'vitest'
import { GitLab } from '../../src/gitlab/gitlab.ts'
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

/** GitLab's words for more ids in a call than it takes. */
function makeTooMany(word: string, most: number): object {
  return {
    kind: 'too_many',
    message: `The number of users to be ${word} in a single API call should be less than ${most}.`,
  }
}

const manyIds = Array.from({ length: 101 }, (_, index) => index + 1)

describe('a served GitLab that gives seats', () => {
  test.each([
    ['one user', [2], { kind: 'done' }],
    ['one who has it', [1], { kind: 'done' }],
    ['several', [1, 2], { kind: 'done' }],
    [
      'one who may not have it',
      [4],
      { kind: 'refused', code: 'INVALID_USER_MEMBERSHIP', refusal: ineligible },
    ],
    [
      'several, one of whom may not',
      [2, 4],
      { kind: 'refused', code: 'INVALID_USER_ID_PRESENT', refusal: ineligible },
    ],
    ['nobody known', [77], { kind: 'not_shown' }],
    ['too many', manyIds, makeTooMany('assigned', 100)],
  ])('answers whether it gave a seat to %s', async (_, userIds, answer) => {
    expect(await (await connectServed('18.6')).giveSeats(1, userIds)).toEqual(answer)
  })

  test('one by one says which user was refused, and the others before have theirs', async () => {
    const gitlab = await connectServed('17.2')
    expect(await gitlab.giveSeats(1, [2, 4])).toEqual({
      kind: 'refused',
      code: 'INVALID_USER_MEMBERSHIP',
      refusal: ineligible,
    })
    expect(listNames(await collect(gitlab.readUsers(duoPro, 'free')))).toEqual([])
  })
})

describe('a served GitLab that takes seats', () => {
  test.each([
    ['one who holds it', [1], { kind: 'done' }, ['carol']],
    ['one who is not eligible any more', [3], { kind: 'done' }, ['ada']],
    ['one who holds none', [2], { kind: 'done' }, ['ada', 'carol']],
    ['one who is not known', [77], { kind: 'not_shown' }, ['ada', 'carol']],
    ['several', [1, 3], { kind: 'done' }, []],
    ['several, some of whom hold none', [2, 3, 4], { kind: 'done' }, ['ada']],
    ['several who hold none', [2, 4], { kind: 'done' }, ['ada', 'carol']],
    ['several, one of whom is not known', [1, 77], { kind: 'done' }, ['carol']],
    ['too many', manyIds, makeTooMany('unassigned', 100), ['ada', 'carol']],
  ])('answers whether it took the seat of %s', async (_, userIds, answer, holders) => {
    const gitlab = await connectServed('18.6')
    expect(await gitlab.takeSeats(1, userIds)).toEqual(answer)
    expect(await listHolders(gitlab)).toEqual(holders)
  })

  test('leaves the seats of another purchase alone', async () => {
    const gitlab = await connectServed('18.6')
    await gitlab.takeSeats(1, [1, 2, 3])
    expect((await gitlab.readPurchases()).map(({ id, assigned }) => [id, assigned])).toEqual([
      [1, 0],
      [2, 1],
    ])
  })

  test('one by one takes those of all, and of those before one who is not known', async () => {
    const gitlab = await connectServed('17.2')
    const readAssigned = async () => (await gitlab.readPurchases())[0]?.assigned
    expect(await gitlab.takeSeats(1, [2, 3, 77, 1])).toEqual({ kind: 'not_shown' })
    expect(await readAssigned()).toBe(1)
    expect(await gitlab.takeSeats(1, [1, 2, 3])).toEqual({ kind: 'done' })
    expect(await readAssigned()).toBe(0)
  })

  test.each([[[1]], [[1, 3]]])('and loses the answer has taken those of %j all the same', async (userIds) => {
    const served = await serveGitLab('18.6')
    const proxy = await startTamperingProxy(served.url)
    proxy.tamper = ({ isMutation }) => (isMutation ? 'drop-after' : 'pass')
    const gitlab = await GitLab.connect(makeOptions(proxy.url, { token: served.token }).options)
    expect((await catchFailure(gitlab.takeSeats(1, userIds))).kind).toBe('UnansweredError')
    expect(proxy.seen.filter(({ isMutation }) => isMutation)).toHaveLength(1)
    expect(await listHolders(gitlab)).toEqual(userIds.includes(3) ? [] : ['carol'])
  })
})

/** The one direction and the other, with what GitLab calls it. */
const directions = [
  { change: 'giveSeats', payload: 'give', operation: 'GiveSeat', word: 'assigned' },
  { change: 'takeSeats', payload: 'take', operation: 'TakeSeat', word: 'unassigned' },
] as const

describe.each(directions)('answers of a peer to $change', ({ change, payload, operation, word }) => {
  test.each([
    ['SEAT_ASSIGNMENT_NOT_SUPPORTED', 'SEAT_ASSIGNMENT_NOT_SUPPORTED', notSupported],
    ['INCOMPATIBLE_ADD_ON', 'INCOMPATIBLE_ADD_ON', incompatible],
    ['SOMETHING \u001b[31mNEW', 'SOMETHING  [31mNEW', { kind: 'unknown' }],
    ['constructor', 'constructor', { kind: 'unknown' }],
  ])('the refusal %j keeps its code and has a meaning', async (told, code, refusal) => {
    const { gitlab, peer } = await connectPeer(() => ({ body: { data: { [payload]: { errors: [told] } } } }))
    expect(await gitlab[change](5, [7, 8])).toEqual({ kind: 'refused', code, refusal })
    expect(await gitlab[change](5, [7])).toEqual({ kind: 'refused', code, refusal })
    const addOnPurchaseId = 'gid://gitlab/GitlabSubscriptions::AddOnPurchase/5'
    expect(peer.seen.map(({ operation, variables }) => [operation, variables])).toEqual([
      [`${operation}s`, { addOnPurchaseId, userIds: ['gid://gitlab/User/7', 'gid://gitlab/User/8'] }],
      [operation, { addOnPurchaseId, userId: 'gid://gitlab/User/7' }],
    ])
  })

  test('come one by one where there is no mutation for several', async () => {
    const { gitlab, peer } = await connectPeer(() => ({ body: { data: { [payload]: { errors: [] } } } }), {
      version: '17.2',
    })
    expect(await gitlab[change](5, [7, 8])).toEqual({ kind: 'done' })
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
  ])('null for the users %j with an error is no refusal', async (userIds, message, answer) => {
    const { gitlab } = await connectPeer(() => answerError(message, { [payload]: null }))
    expect(await gitlab[change](5, userIds)).toEqual(answer)
  })

  test('an error that is about no seat ends it', async () => {
    const { gitlab } = await connectPeer(() => answerError('Something went wrong', { [payload]: null }))
    expect(await catchFailure(gitlab[change](5, [7]))).toEqual({
      kind: 'UserError',
      exit: 'failed',
      message: 'GitLab answered: "Something went wrong".',
    })
  })

  test.each([
    ['null for several', [7, 8], { [payload]: null }],
    ['no payload', [7], {}],
    ['no data', [7], null],
  ])('%s without an error is no answer', async (_, userIds, data) => {
    const { gitlab, peer } = await connectPeer(() => ({ body: { data } }))
    expect((await catchFailure(gitlab[change](5, userIds))).kind).toBe('UnansweredError')
    expect(peer.seen).toHaveLength(1)
  })
})

describe('null for one user without an error', () => {
  const answerNull = () => ({ body: { data: { give: null, take: null } } })

  test('says of taking that there was nothing to take', async () => {
    const { gitlab } = await connectPeer(answerNull)
    expect(await gitlab.takeSeats(5, [7])).toEqual({ kind: 'done' })
  })

  test('says of giving nothing', async () => {
    const { gitlab } = await connectPeer(answerNull)
    expect((await catchFailure(gitlab.giveSeats(5, [7]))).kind).toBe('UnansweredError')
  })
})

describe.each([
  ['NO_SEATS_AVAILABLE', { kind: 'shortage' }, { kind: 'unknown' }],
  ['NOT_ENOUGH_SEATS', { kind: 'shortage' }, { kind: 'unknown' }],
  ['INVALID_USER_MEMBERSHIP', ineligible, { kind: 'unknown' }],
  ['INVALID_USER_ID_PRESENT', ineligible, { kind: 'unknown' }],
  ['SEAT_ASSIGNMENT_NOT_SUPPORTED', notSupported, notSupported],
  ['INCOMPATIBLE_ADD_ON', incompatible, incompatible],
])("GitLab's code %s", (code, giving, taking) => {
  const errors = [code]
  const answer = () => ({ body: { data: { give: { errors }, take: { errors } } } })

  test('has the meaning that it has for giving seats, and the one for taking them', async () => {
    const { gitlab } = await connectPeer(answer)
    expect(await gitlab.giveSeats(5, [7, 8])).toEqual({ kind: 'refused', code, refusal: giving })
    expect(await gitlab.takeSeats(5, [7, 8])).toEqual({ kind: 'refused', code, refusal: taking })
  })
})

test('takes NO_ASSIGNMENTS_FOUND for success when seats are taken, and for an unknown refusal when they are given', async () => {
  const code = 'NO_ASSIGNMENTS_FOUND'
  const errors = [code]
  const { gitlab } = await connectPeer(() => ({ body: { data: { give: { errors }, take: { errors } } } }))
  expect(await gitlab.takeSeats(5, [7, 8])).toEqual({ kind: 'done' })
  expect(await gitlab.takeSeats(5, [7])).toEqual({ kind: 'done' })
  expect(await gitlab.giveSeats(5, [7, 8])).toEqual({ kind: 'refused', code, refusal: { kind: 'unknown' } })
})
