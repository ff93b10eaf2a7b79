export const viewTitles = { seats: 'Seats', list: 'List', usage: 'Usage', history: 'History' } as const

export type ViewName = keyof typeof viewTitles

export const viewNames = Object.keys(viewTitles) as ViewName[]

export interface PageAddress {
  secret: string
  view: ViewName
  /** The state of the view, as a query string. */
  query: string
}

/** @param hash `#SECRET`, or `#SECRET/seats?search=ada`; an unknown view counts as the first one */
export function parseAddress(hash: string): PageAddress {
  const [, secret = '', view = '', query = ''] = /^#?([^/]*)\/?([^?]*)\??(.*)$/s.exec(hash) ?? []
  return { secret, view: pick(viewNames, view) ?? 'seats', query }
}

export function formatAddress({ secret, view, query }: PageAddress): string {
  return `#${secret}/${view}${query === '' ? '' : `?${query}`}`
}

/** A link of the page, which the browser keeps in its history. */
export function linkTo(view: ViewName, query: string): string {
  return formatAddress({ ...parseAddress(location.hash), view, query })
}

export function pick<Value extends string>(
  values: readonly Value[],
  value: string | null,
): Value | undefined {
  return values.find((one) => one === value)
}
