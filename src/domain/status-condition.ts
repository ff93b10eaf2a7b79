import { type AddOn, addOns, countFreeSeats, isActive } from './add-on.ts'
import { describeAge } from './as-of.ts'
import { type Cap, countLeast, countShare, formatCap } from './cap.ts'
import { countWords } from './count-words.ts'
import { dayOf, daysBetween } from './day.ts'
import type { AddOnStatus, StoreStatus } from './store-status.ts'

/** Null: the condition was not asked for. */
export interface StatusLimits {
  minFree: Cap | null
  expiresWithinDays: number | null
  maxIdle: Cap | null
  maxAgeMs: number | null
  noIneligible: boolean
}

export interface StatusCondition {
  /** The option. */
  name: 'min-free' | 'expires-within' | 'max-idle' | 'max-age' | 'no-ineligible'
  /** Null for a condition about the store. */
  addOn: AddOn | null
  isMet: boolean
  message: string
}

type Judgement = Omit<StatusCondition, 'addOn'>

/** One for each option, and for each purchase that is not over. Unknown facts do not meet a condition. */
export function judgeConditions(status: StoreStatus, limits: StatusLimits): StatusCondition[] {
  const today = dayOf(status.now)
  const active = status.addOns.filter(({ purchase }) => isActive(purchase, today))
  const age = limits.maxAgeMs === null ? [] : [judgeAge(status, limits.maxAgeMs)]
  if (active.length === 0) return [...age, ...listUnmet(limits)]
  return [...age, ...active.flatMap((addOn) => judgeAddOn(addOn, status, limits))]
}

/** Without an active purchase. */
function listUnmet({ minFree, expiresWithinDays, maxIdle, noIneligible }: StatusLimits): StatusCondition[] {
  const asked = {
    'min-free': minFree !== null,
    'expires-within': expiresWithinDays !== null,
    'max-idle': maxIdle !== null,
    'no-ineligible': noIneligible,
  }
  const names = (Object.keys(asked) as (keyof typeof asked)[]).filter((name) => asked[name])
  return names.map((name) => ({
    name,
    addOn: null,
    isMet: false,
    message: `--${name}: no purchase is active.`,
  }))
}

function judgeAge({ syncedAt, now }: StoreStatus, maxAgeMs: number): StatusCondition {
  const condition = { name: 'max-age', addOn: null } as const
  const ageMs = Date.parse(now) - Date.parse(syncedAt)
  if (ageMs < 0)
    return { ...condition, isMet: false, message: `The clock is behind the last sync, of ${syncedAt}.` }
  const isMet = ageMs <= maxAgeMs
  return { ...condition, isMet, message: `The last sync was ${describeAge(syncedAt, now)}.` }
}

function judgeAddOn(
  addOn: AddOnStatus,
  status: StoreStatus,
  { minFree, expiresWithinDays, maxIdle, noIneligible }: StatusLimits,
): StatusCondition[] {
  const { product } = addOns[addOn.purchase.addOn]
  const conditions = [
    minFree === null ? null : judgeFree(addOn, minFree),
    expiresWithinDays === null ? null : judgeExpiry(addOn, status, expiresWithinDays),
    maxIdle === null ? null : judgeIdle(addOn, status, maxIdle),
    noIneligible ? judgeEligibility(addOn) : null,
  ]
  return conditions.flatMap((condition) =>
    condition === null
      ? []
      : [{ ...condition, addOn: addOn.purchase.addOn, message: `${product}: ${condition.message}` }],
  )
}

function judgeFree({ purchase }: AddOnStatus, cap: Cap): Judgement {
  const free = countFreeSeats(purchase)
  return {
    name: 'min-free',
    isMet: free >= countLeast(cap, purchase.quantity),
    message: `${countWords(free, 'seat')} of ${purchase.quantity} free, the least is ${formatCap(cap)}.`,
  }
}

/** GitLab's API does not show the day of expiry: a snapshot has it. */
function judgeExpiry({ purchase }: AddOnStatus, { now }: StoreStatus, days: number): Judgement {
  const { expiresOn } = purchase
  if (expiresOn === null)
    return { name: 'expires-within', isMet: false, message: 'The day of expiry is unknown.' }
  const left = daysBetween(dayOf(now), expiresOn)
  return { name: 'expires-within', isMet: left > days, message: `Expires in ${countWords(left, 'day')}.` }
}

function judgeIdle({ idle, purchase }: AddOnStatus, { inactiveForDays }: StoreStatus, cap: Cap): Judgement {
  if (idle === null)
    return {
      name: 'max-idle',
      isMet: false,
      message: 'GitLab reports no Duo activity: idle seats are unknown.',
    }
  return {
    name: 'max-idle',
    isMet: idle <= countShare(cap, purchase.assigned),
    message: `${countWords(idle, 'seat')} of ${purchase.assigned} idle for ${inactiveForDays} days, the most is ${formatCap(cap)}.`,
  }
}

function judgeEligibility({ holders: { notEligible } }: AddOnStatus): Judgement {
  return {
    name: 'no-ineligible',
    isMet: notEligible === 0,
    message: `${countWords(notEligible, 'holder')} not eligible.`,
  }
}
