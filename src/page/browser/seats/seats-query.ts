import { type AddOn, addOnNames } from '../../../domain/add-on.ts'
import {
  mostIdleDays,
  type SeatFilter,
  type SeatSort,
  seatFilterNames,
  seatSortNames,
} from '../../../domain/seat-table.ts'
import { pick } from '../view-address.ts'

export const seatFilterTitles: Record<SeatFilter, string> = {
  all: 'All users',
  held: 'With a seat',
  none: 'Without a seat',
  pending: 'Not yet confirmed',
  not_eligible: 'Not eligible',
  idle: 'Idle',
  never_used: 'Never used',
}

export interface SeatsQuery {
  /** Null: the first one of the store. */
  addOn: AddOn | null
  seat: SeatFilter
  /** For idle seats. */
  days: number
  search: string
  sort: SeatSort
  reverse: boolean
}

export const plainView: SeatsQuery = {
  addOn: null,
  seat: 'all',
  days: 30,
  search: '',
  sort: 'username',
  reverse: false,
}

/** @param query of the address; unknown values count as absent */
export function parseSeatsQuery(query: string): SeatsQuery {
  const values = new URLSearchParams(query)
  const days = Number(values.get('days'))
  return {
    addOn: pick(addOnNames, values.get('add_on')) ?? null,
    seat: pick(seatFilterNames, values.get('seat')) ?? plainView.seat,
    days: Number.isInteger(days) && days > 0 ? Math.min(days, mostIdleDays) : plainView.days,
    search: values.get('search') ?? '',
    sort: pick(seatSortNames, values.get('sort')) ?? plainView.sort,
    reverse: values.get('reverse') === '1',
  }
}

/** Without the values that stand for themselves. */
export function formatSeatsQuery(view: SeatsQuery): string {
  return formatView(view, false)
}

/** The query string of a request for users. */
export function formatUsersQuery(view: SeatsQuery): string {
  return formatView(view, true)
}

function formatView({ addOn, seat, days, search, sort, reverse }: SeatsQuery, isWhole: boolean): string {
  const values: [string, string, boolean][] = [
    ['add_on', addOn ?? '', addOn !== null],
    ['seat', seat, isWhole || seat !== plainView.seat],
    ['days', String(days), isWhole || (seat === 'idle' && days !== plainView.days)],
    ['search', search, search !== ''],
    ['sort', sort, isWhole || sort !== plainView.sort],
    ['reverse', reverse ? '1' : '0', isWhole || reverse],
  ]
  const shown = values.filter(([, , isShown]) => isShown).map(([key, value]) => [key, value])
  return new URLSearchParams(shown).toString()
}
