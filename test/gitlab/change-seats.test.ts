import { describe, expect, test } from 'vitest'
import { answerError, catchFailure, collect, connectPeer, notAvailable } from './peer-gitlab.ts'
import { connectServed, listNames } from './served-gitlab.ts'

describe('a served GitLab', () => {
  test.each([
    ['one user', [2], { kind: 'given' }],
    ['one who has it', [1], { kind: 'given' }],
    ['several', [1, 2], { kind: 'given' }],
    ['one who may not have it', [4], { kind: 'refused', code: 'INVALID_USER_MEMBERSHIP' }],
    ['several, one of whom may not', [2, 4], { kind: 'refused', code: 'INVALID_USER_ID_PRESENT' }],
    ['nobody known', [77], { kind: 'not_shown' }],
    ['too many', Array.from({ length: 101 }, (_, id) => id + 1), { kind: 'too_many' }],
  ])('answers whether it gave a seat to %s', async (_, userIds, answer) => {
    expect(await (await connectServed('18.6')).giveSeats(1, userIds)).toEqual(answer)
  })

  test('that gives seats one by one says which user was refused, and the others before have theirs', async () => {
    const gitlab = await connectServed('17.2')
    expect(await gitlab.giveSeats(1, [2, 4])).toEqual({ kind: 'refused', code: 'INVALID_USER_MEMBERSHIP' })
    expect(listNames(await collect(gitlab.readUsers({ id: 1, addOn: 'duo-pro' }, 'free')))).toEqual([])
  })
})

describe('answers of a peer', () => {
  test.each([
    ['SEAT_ASSIGNMENT_NOT_SUPPORTED', 'SEAT_ASSIGNMENT_NOT_SUPPORTED'],
    ['INCOMPATIBLE_ADD_ON', 'INCOMPATIBLE_ADD_ON'],
    ['SOMETHING \u001b[31mNEW', 'SOMETHING  [31mNEW'],
  ])('the refusal %j keeps its code', async (told, code) => {
    const { gitlab, peer } = await connectPeer(() => ({ body: { data: { give: { errors: [told] } } } }))
    expect(await gitlab.giveSeats(5, [7, 8])).toEqual({ kind: 'refused', code })
    expect(peer.seen.map(({ operation, variables }) => [operation, variables])).toEqual([
      [
        'GiveSeats',
        {
          addOnPurchaseId: 'gid://gitlab/GitlabSubscriptions::AddOnPurchase/5',
          userIds: ['gid://gitlab/User/7', 'gid://gitlab/User/8'],
        },
      ],
    ])
  })

  test.each([
    [[7, 8], notAvailable, { kind: 'not_shown' }],
    [[7], notAvailable, { kind: 'not_shown' }],
    [
      [7, 8],
      'The number of users to be assigned in a single API call should be less than 50.',
      { kind: 'too_many' },
    ],
  ])('null for the users %j with an error is no refusal', async (userIds, message, answer) => {
    const { gitlab } = await connectPeer(() => answerError(message, { give: null }))
    expect(await gitlab.giveSeats(5, userIds)).toEqual(answer)
  })

  test('an error that is about no seat ends it', async () => {
    const { gitlab } = await connectPeer(() => answerError('Something went wrong', { give: null }))
    expect(await catchFailure(gitlab.giveSeats(5, [7]))).toEqual({
      kind: 'UserError',
      exit: 'failed',
      message: 'GitLab answered: "Something went wrong".',
    })
  })
})
