import { expect, test } from 'vitest'
import { readStatus } from '../../src/history/read-status.ts'
import {
  makePaths,
  makePurchase,
  makeSeat,
  makeSnapshot,
  now,
  sync,
  useStore,
} from '../store/sample-store.ts'

const nextPath = makePaths()

test('a purchase that is over has no surplus beside an active one of the same add-on', async () => {
  await useStore(nextPath(), async (store) => {
    const over = makePurchase({ id: 1, expiresOn: '2026-03-01' })
    const active = makePurchase({ id: 3, quantity: 1 })
    const seats = [1, 2, 3].map((userId) => makeSeat(userId, { addOnPurchaseId: active.id }))
    await sync(store, makeSnapshot({ addOnPurchases: [over, active], seats }))
    const { addOns } = readStatus(store, { inactiveForDays: 30, now })
    expect(addOns.map(({ purchase, surplus }) => [purchase.id, surplus?.seats])).toEqual([
      [1, undefined],
      [3, 2],
    ])
  })
})
