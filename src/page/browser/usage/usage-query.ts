import { type AddOn, addOnNames } from '../../../domain/add-on.ts'
import { type Day, isDay } from '../../../domain/day.ts'
import { mostReclaimDays } from '../../../domain/reclaim-counts.ts'
import { type PeriodName, periodNames } from '../../../domain/usage-periods.ts'
import { pick } from '../view-address.ts'

export interface UsageQuery {
  /** Null: the first one of the store. */
  addOn: AddOn | null
  by: PeriodName
  /** Null: about as many periods as fit a screen. */
  since: Day | null
  /** Without use, for a reclaim. */
  days: number
  /** Also seats without recorded use. */
  isNeverIncluded: boolean
}

const plain: UsageQuery = { addOn: null, by: 'week', since: null, days: 60, isNeverIncluded: false }

/** @param query of the address; unknown values count as absent */
export function parseUsageQuery(query: string): UsageQuery {
  const values = new URLSearchParams(query)
  const since = values.get('since') ?? ''
  return {
    addOn: pick(addOnNames, values.get('add_on')) ?? null,
    by: pick(periodNames, values.get('by')) ?? plain.by,
    since: isDay(since) ? since : null,
    days: parseDays(values.get('days')) ?? plain.days,
    isNeverIncluded: values.get('never') === '1',
  }
}

/** @returns null unless the text is a number of days that a reclaim of the page takes */
export function parseDays(text: string | null): number | null {
  const days = Number(text)
  return Number.isInteger(days) && days >= 1 && days <= mostReclaimDays ? days : null
}

/** Without the values that stand for themselves. */
export function formatUsageQuery({ addOn, by, since, days, isNeverIncluded }: UsageQuery): string {
  return new URLSearchParams({
    ...(addOn !== null && { add_on: addOn }),
    ...(by !== plain.by && { by }),
    ...(since !== null && { since }),
    ...(days !== plain.days && { days: String(days) }),
    ...(isNeverIncluded && { never: '1' }),
  }).toString()
}

/** The query string of a request for the usage. */
export function formatUsageRequest(addOn: AddOn, { by, since }: UsageQuery): string {
  return new URLSearchParams({ add_on: addOn, by, ...(since !== null && { since }) }).toString()
}
