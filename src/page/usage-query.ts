import * as v from 'valibot'
import { periodNames } from '../domain/usage-periods.ts'
import { addOnParameter, daysParameter, parseQuery } from './parse-query.ts'

const usageQuery = v.object({
  add_on: addOnParameter,
  by: v.optional(v.picklist(periodNames), 'week'),
  since: daysParameter,
})

export type UsageQuery = v.InferOutput<typeof usageQuery>

/** @throws UserError for a value that does not fit */
export function parseUsageQuery(parameters: URLSearchParams): UsageQuery {
  return parseQuery(usageQuery, parameters)
}

const reclaimableQuery = v.object({ add_on: addOnParameter })

export type ReclaimableQuery = v.InferOutput<typeof reclaimableQuery>

/** @throws UserError for a value that does not fit */
export function parseReclaimableQuery(parameters: URLSearchParams): ReclaimableQuery {
  return parseQuery(reclaimableQuery, parameters)
}
