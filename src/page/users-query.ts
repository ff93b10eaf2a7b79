import * as v from 'valibot'
import { mostIdleDays, seatFilterNames, seatSortNames } from '../domain/seat-table.ts'
import { addOnParameter, parseQuery, wholeNumber } from './parse-query.ts'

const mostRows = 500

const usersQuery = v.object({
  add_on: addOnParameter,
  seat: v.optional(v.picklist(seatFilterNames), 'all'),
  days: v.optional(wholeNumber(1, mostIdleDays), '30'),
  search: v.optional(v.pipe(v.string(), v.maxLength(1_000)), ''),
  sort: v.optional(v.picklist(seatSortNames), 'username'),
  reverse: v.optional(v.picklist(['0', '1']), '0'),
  offset: v.optional(wholeNumber(0, 999_999_999), '0'),
  limit: v.optional(wholeNumber(0, mostRows), '100'),
})

export type UsersQuery = v.InferOutput<typeof usersQuery>

/** @throws UserError for a value that does not fit */
export function parseUsersQuery(parameters: URLSearchParams): UsersQuery {
  return parseQuery(usersQuery, parameters)
}
