import * as v from 'valibot'
import { mostReclaimDays } from '../domain/reclaim-counts.ts'
import { orderAssignment, orderRemoval } from '../orders/assign.ts'
import { createNameList } from '../orders/name-list.ts'
import type { Order } from '../orders/order.ts'
import { orderReclaim } from '../orders/reclaim.ts'
import type { RequestList } from '../orders/request-source.ts'
import { createUserList } from '../orders/user-list.ts'
import type { Store } from '../store/store.ts'
import {
  agreedRemovals,
  orderFields,
  positiveNumber,
  toOrderOptions,
  toRemovalOptions,
} from './order-body.ts'

const seatsBody = v.strictObject({
  command: v.picklist(['assign', 'unassign']),
  user_ids: v.pipe(v.array(positiveNumber), v.minLength(1)),
  ...orderFields,
})

const reclaimBody = v.strictObject({
  command: v.literal('reclaim'),
  inactive_for_days: v.pipe(positiveNumber, v.maxValue(mostReclaimDays)),
  include_never_active: v.boolean(),
  ...orderFields,
})

export const runBody = v.variant('command', [seatsBody, reclaimBody])

export type RunBody = v.InferOutput<typeof runBody>
export type SeatsBody = v.InferOutput<typeof seatsBody>
export type ReclaimBody = v.InferOutput<typeof reclaimBody>

export const undoBody = v.strictObject({ dry_run: v.boolean(), agreed_removals: agreedRemovals })

type MakeOrder<Body> = (body: Body, store: Store) => Order

type OrderMakers = Record<SeatsBody['command'], MakeOrder<SeatsBody>> &
  Record<ReclaimBody['command'], MakeOrder<ReclaimBody>>

const makeOrder: OrderMakers = {
  assign: (body, store) =>
    orderAssignment('assign', listUsers(body, store), { ...toOrderOptions(body), onShortage: 'fill' }),
  // One click takes many seats as easily as one.
  unassign: (body, store) =>
    orderRemoval('unassign', listUsers(body, store), { ...toRemovalOptions(body), isCapped: true }),
  reclaim: (body) =>
    orderReclaim(createNameList([]), {
      ...toRemovalOptions(body),
      inactiveFor: body.inactive_for_days,
      includeNeverActive: body.include_never_active,
      asks: true,
    }),
}

function listUsers({ user_ids }: SeatsBody, store: Store): RequestList {
  return createUserList(user_ids, store)
}

/** As on the command line, by user id. Removals must be agreed to. */
export function orderRun(body: RunBody, store: Store): Order {
  const make = makeOrder[body.command] as MakeOrder<RunBody>
  return make(body, store)
}
