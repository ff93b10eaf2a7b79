import * as v from 'valibot'
import { periodNames } from '../domain/usage-periods.ts'
import { addOnParameter, daysParameter, readQuery } from './read-query.ts'

const usageQuery = v.object({
  add_on: addOnParameter,
  by: v.optional(v.picklist(periodNames), 'week'),
  since: daysParameter,
})

export type UsageQuery = v.InferOutput<typeof usageQuery>

/** @throws UserError for a value that does not fit */
export function readUsageQuery(parameters: URLSearchParams): UsageQuery {
  return readQuery(usageQuery, parameters)
}

const reclaimableQuery = v.object({ add_on: addOnParameter })

export type ReclaimableQuery = v.InferOutput<typeof reclaimableQuery>

/** @throws UserError for a value that does not fit */
export function readReclaimableQuery(parameters: URLSearchParams): ReclaimableQuery {
  return readQuery(reclaimableQuery, parameters)
}
