import * as v from 'valibot'
import type { Cap } from '../domain/cap.ts'
import { mostReclaimDays } from '../domain/reclaim-counts.ts'
import { orderAssignment, orderRemoval } from '../orders/assign.ts'
import { createNameList } from '../orders/name-list.ts'
import type { Order, OrderOptions } from '../orders/order.ts'
import { orderReclaim } from '../orders/reclaim.ts'
import { createUserList } from '../orders/user-list.ts'
import type { Store } from '../store/store.ts'
import { agreedRemovals, chooseCap, orderFields, positiveNumber, toOrderOptions } from './order-body.ts'

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

/** As on the command line, by user id. */
export function orderRun(body: RunBody, store: Store): Order {
  const options = toOrderOptions(body)
  if (body.command === 'reclaim') return orderIdleRemoval(body, options)
  const list = createUserList(body.user_ids, store)
  if (body.command === 'assign') return orderAssignment('assign', list, { ...options, onShortage: 'fill' })
  return orderRemoval('unassign', list, { ...options, ...capSeats(body) })
}

/** To take a single seat, no number is typed. */
function capSeats(body: SeatsBody): { maxRemovals?: Cap } {
  const isCapped = body.user_ids.length > 1 || body.max_removals !== undefined
  return isCapped ? { maxRemovals: chooseCap(body) } : {}
}

/** As with `--yes`, but the removals of the plan are agreed to one by one. */
function orderIdleRemoval(body: ReclaimBody, options: OrderOptions): Order {
  const { inactive_for_days, include_never_active } = body
  const order = orderReclaim(createNameList([]), {
    ...options,
    inactiveFor: inactive_for_days,
    includeNeverActive: include_never_active,
    maxRemovals: chooseCap(body),
    yes: true,
  })
  return { ...order, question: 'removals' }
}
