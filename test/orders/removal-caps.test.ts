import { expect, test } from 'vitest'
import { defaultRemovalCap } from '../../src/domain/cap.ts'
import { orderApply } from '../../src/orders/apply.ts'
import { orderRemoval } from '../../src/orders/assign.ts'
import { createNameList } from '../../src/orders/name-list.ts'
import { orderReclaim } from '../../src/orders/reclaim.ts'

const one = createNameList(['ada'])
const several = createNameList(['ada', 'bob'])

test.each([
  ['a capped removal of several users', orderRemoval('unassign', several, { push: true, isCapped: true })],
  ['an apply', orderApply(several, { push: true })],
  ['a reclaim', orderReclaim(createNameList([]), { push: true, inactiveFor: 60 })],
])('%s has the usual cap of removals, and records it', (_, order) => {
  expect([order.maxRemovals, order.recorded['max_removals']]).toEqual([defaultRemovalCap, '10%'])
})

test.each([
  ['a removal of several users', orderRemoval('unassign', several, { push: true })],
  ['a capped removal of one user', orderRemoval('unassign', one, { push: true, isCapped: true })],
])('%s has no cap of removals', (_, order) => {
  expect([order.maxRemovals, order.recorded['max_removals']]).toEqual([null, null])
})

const typed = { push: true, maxRemovals: { number: 3 } }

test.each([
  ['a capped removal of several users', orderRemoval('unassign', several, { ...typed, isCapped: true })],
  ['a capped removal of one user', orderRemoval('unassign', one, { ...typed, isCapped: true })],
  ['an apply', orderApply(several, typed)],
  ['a reclaim', orderReclaim(createNameList([]), { ...typed, inactiveFor: 60 })],
])('%s has the cap that was typed', (_, order) => {
  expect([order.maxRemovals, order.recorded['max_removals']]).toEqual([{ number: 3 }, '3'])
})
