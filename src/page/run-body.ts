import * as v from 'valibot'
import { addOnNames } from '../domain/add-on.ts'
import { type Cap, defaultRemovalCap } from '../domain/cap.ts'
import { orderAssignment, orderRemoval } from '../orders/assign.ts'
import type { Order } from '../orders/order.ts'
import { createUserList } from '../orders/user-list.ts'
import type { Store } from '../store/store.ts'

const userId = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

const agreedRemovals = v.optional(v.array(userId))

export const runBody = v.strictObject({
  command: v.picklist(['assign', 'unassign']),
  add_on: v.nullable(v.picklist(addOnNames)),
  user_ids: v.pipe(v.array(userId), v.minLength(1)),
  dry_run: v.boolean(),
  agreed_removals: agreedRemovals,
  max_removals: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
})

export type RunBody = v.InferOutput<typeof runBody>

export const undoBody = v.strictObject({ dry_run: v.boolean(), agreed_removals: agreedRemovals })

/** As on the command line, by user id. */
export function orderRun(body: RunBody, store: Store): Order {
  const list = createUserList(body.user_ids, store)
  const options = {
    ...(body.add_on !== null && { addOn: body.add_on }),
    dryRun: body.dry_run,
    push: true,
  }
  if (body.command === 'assign') return orderAssignment('assign', list, { ...options, onShortage: 'fill' })
  return orderRemoval('unassign', list, { ...options, ...chooseCap(body) })
}

/** To take a single seat, no number is typed. */
function chooseCap({ user_ids, max_removals }: RunBody): { maxRemovals?: Cap } {
  if (max_removals !== undefined) return { maxRemovals: { number: max_removals } }
  return user_ids.length > 1 ? { maxRemovals: defaultRemovalCap } : {}
}
