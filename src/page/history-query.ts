import * as v from 'valibot'
import { type HistoryChange, historyChangeCodes, historySources } from '../domain/history.ts'
import { outcomeCodes } from '../domain/outcome.ts'
import {
  addOnParameter,
  orNull,
  parseQuery,
  textParameter,
  timeParameter,
  wholeNumber,
} from './parse-query.ts'

const mostRows = 500

const pageFields = {
  user: textParameter,
  since: timeParameter,
  until: timeParameter,
  /** The rows behind the one with this number. */
  before: orNull(wholeNumber(1, 999_999_999)),
  limit: v.optional(wholeNumber(1, mostRows), '100'),
}

/** `given,taken` */
const changesParameter = orNull(
  v.pipe(
    v.string(),
    v.transform((text) => text.split(',')),
    v.array(v.picklist<HistoryChange[]>(historyChangeCodes)),
  ),
)

const historyQuery = v.object({
  ...pageFields,
  add_on: addOnParameter,
  change: changesParameter,
  by: orNull(v.picklist(historySources)),
})

export type HistoryQuery = v.InferOutput<typeof historyQuery>

/** @throws UserError for a value that does not fit */
export function parseHistoryQuery(parameters: URLSearchParams): HistoryQuery {
  return parseQuery(historyQuery, parameters)
}

const runsQuery = v.object({
  ...pageFields,
  outcome: orNull(v.picklist(outcomeCodes)),
  actor: textParameter,
})

export type RunsQuery = v.InferOutput<typeof runsQuery>

/** @throws UserError for a value that does not fit */
export function parseRunsQuery(parameters: URLSearchParams): RunsQuery {
  return parseQuery(runsQuery, parameters)
}
