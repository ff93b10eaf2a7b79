import * as v from 'valibot'
import { isDay } from '../../domain/day.ts'

// The message of every schema is the phrase that follows "expected" in a fault. A rule beyond JSON Schema is a `v.check`; every
// other rule also reaches the published schema in fixtures/.

/** An object with at least these keys. A missing key is reported with the message of its own schema. */
export function describeObject<Entries extends v.ObjectEntries>(entries: Entries) {
  return v.object(entries, ({ path }) => {
    const entry = path === undefined ? undefined : entries[String(path.at(-1)?.key)]
    return entry !== undefined && 'message' in entry && typeof entry.message === 'string'
      ? entry.message
      : 'an object'
  })
}

export function listChoices(choices: readonly string[]): string {
  return choices.map((choice) => JSON.stringify(choice)).join(' | ')
}

const dayOrNull = 'a day such as "2026-01-31", or null'
export const nullableDay = v.nullish(
  v.pipe(
    v.string(dayOrNull),
    v.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, dayOrNull),
    v.check(isDay, dayOrNull),
  ),
  null,
)
