import * as v from 'valibot'
import { addOnNames } from '../domain/add-on.ts'
import type { OrderOptions } from '../orders/order.ts'

/** An id of a user or a run, or a line of a list. */
export const positiveNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

export const addOnField = v.nullable(v.picklist(addOnNames))

/** Ids of users in the plan that was shown. */
export const agreedRemovals = v.optional(v.array(positiveNumber))

/** Part of every body for a run of an add-on. */
export const orderFields = {
  add_on: addOnField,
  dry_run: v.boolean(),
  agreed_removals: agreedRemovals,
  max_removals: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
}

const orderBody = v.object(orderFields)

type OrderBody = v.InferOutput<typeof orderBody>

export function toOrderOptions({ add_on, dry_run }: Pick<OrderBody, 'add_on' | 'dry_run'>): OrderOptions {
  return { ...(add_on !== null && { addOn: add_on }), dryRun: dry_run, push: true }
}

/** A typed number replaces the usual cap. */
export function toRemovalOptions(body: Omit<OrderBody, 'agreed_removals'>): OrderOptions {
  const { max_removals: number } = body
  return { ...toOrderOptions(body), ...(number !== undefined && { maxRemovals: { number } }) }
}
