export interface PagerEnvironment {
  DUO_SEATS_PAGER?: string | undefined
  PAGER?: string | undefined
  TERM?: string | undefined
}

/** Whether text for a terminal goes through a pager: not with `PAGER=cat`, an empty `PAGER` or a dumb terminal. */
export function isPagerWanted(env: PagerEnvironment): boolean {
  const pager = findPager(env)
  return pager !== '' && pager !== 'cat' && env.TERM !== 'dumb'
}

/** Undefined: `less`. */
export function findPager({ DUO_SEATS_PAGER, PAGER }: PagerEnvironment): string | undefined {
  return DUO_SEATS_PAGER ?? PAGER
}
