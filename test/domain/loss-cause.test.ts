import { expect, test } from 'vitest'
import { findLossCause, type LossFacts } from '../../src/domain/loss-cause.ts'
import type { Membership } from '../../src/domain/user.ts'

const active: Membership = { state: 'active', type: 'human', member: true }
const blocked: Membership = { ...active, state: 'blocked' }
const outsider: Membership = { ...active, member: false }
const usual: LossFacts = { before: active, after: active, isOver: false, isExceeded: false }

test.each([
  ['a user who was blocked since', { after: blocked }, 'not_eligible', 'blocked'],
  ['a user who is gone', { after: null }, 'not_eligible', 'gone'],
  ['a user who left the group', { after: outsider }, 'not_eligible', 'not_a_member'],
  ['a user who was blocked before', { before: blocked, after: blocked }, 'refresh', 'blocked'],
  ['a user who was blocked before and is active again', { before: blocked }, 'refresh', 'blocked'],
  ['a user whom no earlier sync showed', { before: null }, 'changed_in_gitlab', null],
  [
    'an active user of a purchase with more seats held than bought',
    { isExceeded: true },
    'purchase_shrank',
    null,
  ],
  ['a blocked user of such a purchase', { after: blocked, isExceeded: true }, 'not_eligible', 'blocked'],
  ['a blocked user of an expired purchase', { after: blocked, isOver: true }, 'purchase_over', null],
  ['an active user', {}, 'changed_in_gitlab', null],
] as const)('the lost seat of %s has its likely cause', (_, facts, cause, reason) => {
  expect(findLossCause({ ...usual, ...facts }, 'gitlab.com')).toEqual({ cause, reason })
})

test('a user of Self-Managed who is not a member did not lose the seat for that reason', () => {
  const facts = { ...usual, before: outsider, after: outsider }
  expect(findLossCause(facts, 'self-managed')).toEqual({ cause: 'changed_in_gitlab', reason: null })
})
