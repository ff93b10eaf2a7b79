import { type AddOn, addOnNames } from '../../../domain/add-on.ts'
import { addDays, type Day, isDay } from '../../../domain/day.ts'
import {
  type HistoryChange,
  type HistorySource,
  historyChangeCodes,
  historySources,
} from '../../../domain/history.ts'
import { type Outcome, outcomeCodes } from '../../../domain/outcome.ts'
import { startOfLocalDay } from '../local-time.ts'
import { linkTo, pick } from '../view-address.ts'

export const sourceTitles: Record<HistorySource, string> = {
  run: 'Runs of this store',
  gitlab: 'Found in GitLab',
}

/** Null and empty: not filtered by it. */
export interface HistoryQuery {
  show: 'events' | 'runs'
  /** The number of the opened run. */
  run: number | null
  user: string
  since: Day | null
  /** Included, as `since` in the time zone of the browser. */
  until: Day | null
  addOn: AddOn | null
  change: HistoryChange | null
  by: HistorySource | null
  outcome: Outcome | null
}

export const plainHistory: HistoryQuery = {
  show: 'events',
  run: null,
  user: '',
  since: null,
  until: null,
  addOn: null,
  change: null,
  by: null,
  outcome: null,
}

/** @param query of the address; unknown values count as absent */
export function parseHistoryQuery(query: string): HistoryQuery {
  const values = new URLSearchParams(query)
  const run = Number(values.get('run'))
  return {
    show: values.get('show') === 'runs' ? 'runs' : 'events',
    run: Number.isInteger(run) && run > 0 ? run : null,
    user: values.get('user') ?? '',
    since: parseDay(values.get('since')),
    until: parseDay(values.get('until')),
    addOn: pick(addOnNames, values.get('add_on')) ?? null,
    change: pick(historyChangeCodes, values.get('change')) ?? null,
    by: pick(historySources, values.get('by')) ?? null,
    outcome: pick(outcomeCodes, values.get('outcome')) ?? null,
  }
}

/** @returns null unless the text is a day */
export function parseDay(text: string | null): Day | null {
  return text !== null && isDay(text) ? text : null
}

/** Without the values that stand for themselves. */
export function formatHistoryQuery(view: HistoryQuery): string {
  const { show, run, user, since, until, addOn, change, by, outcome } = view
  return join({
    show: show === 'runs' ? show : null,
    run: run === null ? null : String(run),
    user: user || null,
    since,
    until,
    add_on: addOn,
    change,
    by,
    outcome,
  })
}

export function linkToHistory(view: HistoryQuery): string {
  return linkTo('history', formatHistoryQuery(view))
}

/** The query string of a request for events. */
export function formatEventsRequest(view: HistoryQuery): string {
  const { addOn, change, by } = view
  return join({ ...toCommonValues(view), add_on: addOn, change, by })
}

/** The query string of a request for runs. */
export function formatRunsRequest(view: HistoryQuery): string {
  return join({ ...toCommonValues(view), outcome: view.outcome })
}

function toCommonValues({ user, since, until }: HistoryQuery) {
  return {
    user: user || null,
    since: since && startOfLocalDay(since),
    until: until && startOfLocalDay(addDays(until, 1)),
  }
}

function join(values: Record<string, string | null>): string {
  const given = Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[key, value]]))
  return new URLSearchParams(given).toString()
}

export function isFiltered(view: HistoryQuery): boolean {
  return (view.show === 'events' ? formatEventsRequest(view) : formatRunsRequest(view)) !== ''
}
