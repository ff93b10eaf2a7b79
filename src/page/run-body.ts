import * as v from 'valibot'
import { mostReclaimDays } from '../domain/reclaim-counts.ts'
import { orderAssignment, orderRemoval } from '../orders/assign.ts'
import { createNameList } from '../orders/name-list.ts'
import type { Order } from '../orders/order.ts'
import { orderReclaim, type ReclaimOptions } from '../orders/reclaim.ts'
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

/** As on the command line, by user id. Removals must be agreed to. */
export function orderRun(body: RunBody, store: Store): Order {
  return 'user_ids' in body
    ? orderSeats(body, store)
    : orderReclaim(createNameList([]), toReclaimOptions(body))
}

function orderSeats(body: SeatsBody, store: Store): Order {
  const list = createUserList(body.user_ids, store)
  const makeOrder: Record<SeatsBody['command'], () => Order> = {
    assign: () => orderAssignment('assign', list, { ...toOrderOptions(body), onShortage: 'fill' }),
    unassign: () => orderRemoval('unassign', list, toRemovalOptions(body)),
  }
  return makeOrder[body.command]()
}

function toReclaimOptions(body: ReclaimBody): ReclaimOptions {
  const { inactive_for_days: inactiveFor, include_never_active: includeNeverActive } = body
  return { ...toRemovalOptions(body), inactiveFor, includeNeverActive, asks: true }
}
