import { expect, test } from 'vitest'
import { type KnownPurchase, listPurchaseEvents } from '../../src/domain/purchase-events.ts'

const old: KnownPurchase = {
  id: 1,
  addOn: 'duo-pro',
  quantity: 10,
  startedOn: '2026-01-01',
  expiresOn: '2027-01-01',
  trial: false,
  goneAt: null,
}
const { goneAt, ...purchase } = old

test('a purchase that the store sees first was bought', () => {
  expect(listPurchaseEvents(null, purchase)).toEqual([{ change: 'bought', before: null, after: '10' }])
})

test('a purchase without a difference has no event', () => {
  expect(listPurchaseEvents(old, purchase)).toEqual([])
})

test('a renewed and larger purchase of another add-on has an event for each difference', () => {
  const renewed = { ...purchase, addOn: 'duo-enterprise', quantity: 12, expiresOn: '2028-01-01' } as const
  expect(listPurchaseEvents(old, renewed)).toEqual([
    { change: 'replaced', before: 'duo-pro', after: 'duo-enterprise' },
    { change: 'quantity_changed', before: '10', after: '12' },
    { change: 'renewed', before: '2027-01-01', after: '2028-01-01' },
  ])
})

test('a purchase that GitLab shows again was renewed', () => {
  expect(listPurchaseEvents({ ...old, goneAt: '2027-01-02T00:00:00.000Z' }, purchase)).toEqual([
    { change: 'renewed', before: '2027-01-01', after: '2027-01-01' },
  ])
})

test('a purchase that ends earlier than before was not renewed', () => {
  const shorter = { ...purchase, expiresOn: '2026-06-01' }
  expect(listPurchaseEvents(old, shorter)).toEqual([
    { change: 'term_changed', before: '2027-01-01', after: '2026-06-01' },
  ])
})

test('a purchase whose last day is unknown now has no event', () => {
  expect(listPurchaseEvents(old, { ...purchase, expiresOn: null })).toEqual([])
})
