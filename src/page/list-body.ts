import * as v from 'valibot'
import type { ListChoices } from '../domain/list-choices.ts'
import { outcomeCodes } from '../domain/outcome.ts'
import { orderApply } from '../orders/apply.ts'
import { orderAssignment, orderRemoval } from '../orders/assign.ts'
import type { Order, OrderOptions } from '../orders/order.ts'
import type { RequestList } from '../orders/request-source.ts'
import { addOnField, orderFields, positiveNumber, toOrderOptions, toRemovalOptions } from './order-body.ts'
import { createUsageError } from './refused-request.ts'

const text = v.pipe(v.string(), v.maxLength(1_000))

/** As `--column`, `--no-header`, `--encoding` and `--delimiter`. */
const reading = {
  columns: v.optional(v.array(text), []),
  header: v.optional(v.boolean(), true),
  encoding: v.optional(text),
  delimiter: v.optional(text),
}

const choices = {
  settled: v.optional(v.array(v.strictObject({ line: positiveNumber, user_id: positiveNumber })), []),
  left_out: v.optional(v.array(positiveNumber), []),
}

const order = {
  command: v.picklist(['bulk-assign', 'bulk-unassign', 'apply']),
  add_on: addOnField,
  on_shortage: v.optional(v.picklist(['fill', 'fail']), 'fill'),
}

export const listRunBody = v.strictObject({
  ...reading,
  ...choices,
  ...order,
  ...orderFields,
})

const leftOutRow = v.strictObject({
  line: positiveNumber,
  outcome: v.picklist(outcomeCodes),
  message: v.string(),
})

/** The rejects of a recorded run, or else of a dry run. Only the browser has the results of rows that were left out. */
export const rejectsBody = v.strictObject({
  ...reading,
  ...choices,
  ...order,
  left_out_rows: v.optional(v.array(leftOutRow), []),
  run_id: v.nullable(positiveNumber),
})

export const settledBody = v.strictObject({ ...reading, ...choices })

const readingQuery = v.strictObject(reading)

export type ListRunBody = v.InferOutput<typeof listRunBody>

export type RejectsBody = v.InferOutput<typeof rejectsBody>

export type SettledBody = v.InferOutput<typeof settledBody>

export type ListReading = v.InferOutput<typeof readingQuery>

/**
 * @param query with `column`, which may be repeated, `header=0`, `encoding` and `delimiter`
 * @throws UserError for a value that does not fit
 */
export function parseListReading(query: URLSearchParams): ListReading {
  const parsed = v.safeParse(readingQuery, {
    columns: query.getAll('column'),
    header: query.get('header') !== '0',
    encoding: query.get('encoding') ?? undefined,
    delimiter: query.get('delimiter') ?? undefined,
  })
  if (parsed.success) return parsed.output
  throw createUsageError(`The parameters are malformed: ${parsed.issues[0].message}.`)
}

export function toListChoices({ settled, left_out }: Pick<SettledBody, 'settled' | 'left_out'>): ListChoices {
  return {
    settled: new Map(settled.map(({ line, user_id }) => [line, user_id])),
    leftOut: new Set(left_out),
  }
}

type MakeOrder = (list: RequestList, giving: OrderOptions, taking: OrderOptions) => Order

const makeOrder: Record<ListRunBody['command'], MakeOrder> = {
  'bulk-assign': (list, giving) => orderAssignment('bulk-assign', list, giving),
  'bulk-unassign': (list, _, taking) => orderRemoval('bulk-unassign', list, { ...taking, isCapped: true }),
  apply: (list, giving, taking) => orderApply(list, { ...giving, ...taking }),
}

/** As the commands make it. */
export function orderListRun(body: ListRunBody, list: RequestList): Order {
  const giving = { ...toOrderOptions(body), onShortage: body.on_shortage, isPolicyChosen: true }
  return makeOrder[body.command](list, giving, toRemovalOptions(body))
}
