import * as v from 'valibot'
import { addOnNames } from '../domain/add-on.ts'
import { type Cap, defaultRemovalCap } from '../domain/cap.ts'
import { orderAssignment, orderRemoval } from '../orders/assign.ts'
import { createNameList } from '../orders/name-list.ts'
import type { Order, OrderOptions } from '../orders/order.ts'
import { orderReclaim } from '../orders/reclaim.ts'
import { createUserList } from '../orders/user-list.ts'
import type { Store } from '../store/store.ts'
import { mostReclaimDays } from './read-reclaimable.ts'

const userId = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

const agreedRemovals = v.optional(v.array(userId))

const commonFields = {
  add_on: v.nullable(v.picklist(addOnNames)),
  dry_run: v.boolean(),
  agreed_removals: agreedRemovals,
  max_removals: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
}

const seatsBody = v.strictObject({
  command: v.picklist(['assign', 'unassign']),
  user_ids: v.pipe(v.array(userId), v.minLength(1)),
  ...commonFields,
})

const reclaimBody = v.strictObject({
  command: v.literal('reclaim'),
  inactive_for_days: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(mostReclaimDays)),
  include_never_active: v.boolean(),
  ...commonFields,
})

export const runBody = v.variant('command', [seatsBody, reclaimBody])

export type RunBody = v.InferOutput<typeof runBody>
export type SeatsBody = v.InferOutput<typeof seatsBody>
export type ReclaimBody = v.InferOutput<typeof reclaimBody>

export const undoBody = v.strictObject({ dry_run: v.boolean(), agreed_removals: agreedRemovals })

/** As on the command line, by user id. */
export function orderRun(body: RunBody, store: Store): Order {
  const options = {
    ...(body.add_on !== null && { addOn: body.add_on }),
    dryRun: body.dry_run,
    push: true,
  }
  if (body.command === 'reclaim') return orderIdleRemoval(body, options)
  const list = createUserList(body.user_ids, store)
  if (body.command === 'assign') return orderAssignment('assign', list, { ...options, onShortage: 'fill' })
  return orderRemoval('unassign', list, { ...options, ...chooseCap(body) })
}

/** To take a single seat, no number is typed. */
function chooseCap({ user_ids, max_removals }: SeatsBody): { maxRemovals?: Cap } {
  if (max_removals !== undefined) return { maxRemovals: { number: max_removals } }
  return user_ids.length > 1 ? { maxRemovals: defaultRemovalCap } : {}
}

/** As with `--yes`, but the removals of the plan are agreed to one by one. */
function orderIdleRemoval(body: ReclaimBody, options: OrderOptions): Order {
  const { inactive_for_days, include_never_active, max_removals } = body
  const order = orderReclaim(createNameList([]), {
    ...options,
    inactiveFor: inactive_for_days,
    includeNeverActive: include_never_active,
    maxRemovals: max_removals === undefined ? defaultRemovalCap : { number: max_removals },
    yes: true,
  })
  return { ...order, question: 'removals' }
}
