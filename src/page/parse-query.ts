import * as v from 'valibot'
import { addOnNames } from '../domain/add-on.ts'
import { isInstant } from '../domain/day.ts'
import { findDayPeriod, type Period } from '../domain/day-period.ts'
import { createUsageError } from './refused-request.ts'

/** Texts, as a query string has them. */
export function wholeNumber(least: number, most: number) {
  return v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.minValue(least), v.maxValue(most))
}

export function orNull<Schema extends v.GenericSchema>(schema: Schema) {
  return v.optional(v.nullable(schema), null)
}

export const addOnParameter = orNull(v.picklist(addOnNames))

export const textParameter = orNull(v.pipe(v.string(), v.maxLength(1_000)))

/** Null, or the period of a day or of a month in UTC. */
export const daysParameter = periodParameter('a day or a month', findDayPeriod)

/** As {@link daysParameter}, or an instant, since only the browser has its time zone. */
export const timeParameter = periodParameter('a day, a month or a time', (text) =>
  isInstant(text) ? { since: text, until: text } : findDayPeriod(text),
)

function periodParameter(expected: string, find: (text: string) => Period | null) {
  return orNull(
    v.pipe(
      v.string(),
      v.rawTransform<string, Period>(({ dataset, addIssue, NEVER }) => {
        const period = find(dataset.value)
        if (period !== null) return period
        addIssue({ message: `Expected ${expected}, but received "${dataset.value}"` })
        return NEVER
      }),
    ),
  )
}

/** An empty value counts as absent. @throws UserError for a value that does not fit */
export function parseQuery<Schema extends v.GenericSchema>(
  schema: Schema,
  parameters: URLSearchParams,
): v.InferOutput<Schema> {
  const given = [...parameters].filter(([, value]) => value !== '')
  const parsed = v.safeParse(schema, Object.fromEntries(given))
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw createUsageError(`The parameter ${v.getDotPath(issue)} is malformed: ${issue.message}.`)
}
