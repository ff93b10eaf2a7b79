import * as v from 'valibot'
import { addOnNames } from '../domain/add-on.ts'
import { seatFilterNames, seatSortNames } from '../domain/seat-table.ts'
import { createUsageError } from './refused-request.ts'

const mostRows = 500

/** Texts, as a query string has them. */
function wholeNumber(least: number, most: number) {
  return v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.minValue(least), v.maxValue(most))
}

const emptyIsNull = v.pipe(
  v.literal(''),
  v.transform(() => null),
)

const listQuery = v.object({
  add_on: v.optional(v.union([emptyIsNull, v.picklist(addOnNames)]), ''),
  seat: v.optional(v.picklist(seatFilterNames), 'all'),
  days: v.optional(wholeNumber(1, 99_999), '30'),
  search: v.optional(v.pipe(v.string(), v.maxLength(1_000)), ''),
  sort: v.optional(v.picklist(seatSortNames), 'username'),
  reverse: v.optional(v.picklist(['0', '1']), '0'),
  offset: v.optional(wholeNumber(0, 999_999_999), '0'),
  limit: v.optional(wholeNumber(0, mostRows), '100'),
})

export type ListQuery = v.InferOutput<typeof listQuery>

/** @throws UserError for a value that does not fit */
export function readListQuery(parameters: URLSearchParams): ListQuery {
  const parsed = v.safeParse(listQuery, Object.fromEntries(parameters))
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw createUsageError(`The parameter ${v.getDotPath(issue)} is malformed: ${issue.message}.`)
}
