import { type AddOn, addOnNames } from '../../domain/add-on.ts'

export const seatFilters = {
  all: 'Everyone',
  held: 'With a seat',
  none: 'Without a seat',
  pending: 'Not yet confirmed',
  not_eligible: 'Not eligible',
  idle: 'Idle',
  never_used: 'Never used',
} as const

export type SeatFilter = keyof typeof seatFilters

export const sortKeys = [
  'name',
  'username',
  'email',
  'state',
  'seat',
  'assigned_at',
  'last_activity_on',
  'last_duo_activity_on',
  'reason',
] as const

export type SortKey = (typeof sortKeys)[number]

export interface SeatsView {
  /** Null: the first one of the store. */
  addOn: AddOn | null
  seat: SeatFilter
  /** For idle seats. */
  days: number
  search: string
  sort: SortKey
  reverse: boolean
}

export const plainView: SeatsView = {
  addOn: null,
  seat: 'all',
  days: 30,
  search: '',
  sort: 'username',
  reverse: false,
}

export interface PageAddress {
  secret: string
  view: SeatsView
}

/** @param hash `#SECRET`, or `#SECRET/seats?search=ada`; unknown values count as absent */
export function parseAddress(hash: string): PageAddress {
  const [secret = '', ...rest] = hash.replace(/^#/, '').split('/')
  const query = new URLSearchParams(rest.join('/').split('?').slice(1).join('?'))
  const days = Number(query.get('days'))
  return {
    secret,
    view: {
      addOn: pick(addOnNames, query.get('add_on')) ?? null,
      seat: pick(Object.keys(seatFilters) as SeatFilter[], query.get('seat')) ?? plainView.seat,
      days: Number.isInteger(days) && days > 0 ? days : plainView.days,
      search: query.get('search') ?? '',
      sort: pick(sortKeys, query.get('sort')) ?? plainView.sort,
      reverse: query.get('reverse') === '1',
    },
  }
}

function pick<Value extends string>(values: readonly Value[], value: string | null): Value | undefined {
  return values.find((one) => one === value)
}

export function formatAddress({ secret, view }: PageAddress): string {
  const query = formatView(view, false)
  return `#${secret}/seats${query === '' ? '' : `?${query}`}`
}

/** The query string of a request for users. */
export function formatQuery(view: SeatsView): string {
  return formatView(view, true)
}

function formatView({ addOn, seat, days, search, sort, reverse }: SeatsView, isWhole: boolean): string {
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
