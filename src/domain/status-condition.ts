import { type AddOn, addOns, countFreeSeats, describeExcess, isActive } from './add-on.ts'
import { describeAge } from './as-of.ts'
import { type Cap, countLeast, countShare, formatCap } from './cap.ts'
import { countWords, formatCount } from './count-words.ts'
import { dayOf, daysBetween, msPerDay, msPerHour, msPerMinute } from './day.ts'
import { nameAddOn } from './name-reclaim.ts'
import {
  type AddOnStatus,
  describeLateSync,
  findNamed,
  nameIdleReclaim,
  nameList,
  nameSync,
  type StoreStatus,
} from './store-status.ts'

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
  /** To type if the condition is not met. */
  command: string
}

type Judgement = Omit<StatusCondition, 'name' | 'addOn'>

type Judge = (addOn: AddOnStatus, status: StoreStatus) => Judgement

/** One for each option, and for each active purchase. Unknown facts do not meet a condition. */
export function judgeConditions(status: StoreStatus, limits: StatusLimits): StatusCondition[] {
  const today = dayOf(status.now)
  const active = status.addOns.filter(({ purchase }) => isActive(purchase, today))
  const age = limits.maxAgeMs === null ? [] : [judgeAge(status, limits.maxAgeMs)]
  const asked = listSeatConditions(limits)
  if (active.length === 0)
    return [...age, ...asked.map(({ name }) => judgeInactive(name, nameSync(status.linked)))]
  return [
    ...age,
    ...active.flatMap((addOn) => asked.map(({ name, judge }) => judgeAddOn(name, judge, addOn, status))),
  ]
}

/** The options that were given. */
function listSeatConditions({ minFree, expiresWithinDays, maxIdle, noIneligible }: StatusLimits) {
  const judges: [StatusCondition['name'], Judge | null][] = [
    ['min-free', minFree && ((...about) => judgeFree(...about, minFree))],
    [
      'expires-within',
      expiresWithinDays === null ? null : (...about) => judgeExpiry(...about, expiresWithinDays),
    ],
    ['max-idle', maxIdle && ((...about) => judgeIdle(...about, maxIdle))],
    ['no-ineligible', noIneligible ? judgeEligibility : null],
  ]
  return judges.flatMap(([name, judge]) => (judge === null ? [] : { name, judge }))
}

function judgeInactive(name: StatusCondition['name'], command: string): StatusCondition {
  return { name, addOn: null, isMet: false, message: `--${name}: no purchase is active.`, command }
}

function judgeAddOn(
  name: StatusCondition['name'],
  judge: Judge,
  addOn: AddOnStatus,
  status: StoreStatus,
): StatusCondition {
  const judgement = judge(addOn, status)
  const { product } = addOns[addOn.purchase.addOn]
  return { ...judgement, name, addOn: addOn.purchase.addOn, message: `${product}: ${judgement.message}` }
}

function judgeAge({ syncedAt, now, linked }: StoreStatus, maxAgeMs: number): StatusCondition {
  const condition = { name: 'max-age', addOn: null, command: nameSync(linked) } as const
  const ageMs = Date.parse(now) - Date.parse(syncedAt)
  if (ageMs < 0) return { ...condition, isMet: false, ...describeLateSync(syncedAt) }
  const isMet = ageMs <= maxAgeMs
  const limit = describeSpan(maxAgeMs)
  return {
    ...condition,
    isMet,
    message: `The last sync was ${describeAge(syncedAt, now)}. Allowed: at most ${limit}.`,
  }
}

/** In the largest unit that divides the time: `1 day`, `36 hours`. */
function describeSpan(ms: number): string {
  const [word, msPerUnit] = units.find(([, msPerUnit]) => ms % msPerUnit === 0) ?? lastUnit
  return countWords(Math.ceil(ms / msPerUnit), word)
}

const lastUnit = ['second', 1_000] as const

const units = [['day', msPerDay], ['hour', msPerHour], ['minute', msPerMinute], lastUnit] as const

function judgeFree(addOn: AddOnStatus, status: StoreStatus, cap: Cap): Judgement {
  const { purchase, surplus } = addOn
  const free = countFreeSeats(purchase)
  const least = countLeast(cap, purchase.quantity)
  return {
    isMet: free >= least,
    message: `${formatCount(Math.max(0, free))} of ${countWords(purchase.quantity, 'seat')} free${describeExcess(free)}. Required: at least ${formatCap(cap)}.`,
    command: surplus?.reclaim ?? `${nameIdleReclaim(addOn, status)} --to-free ${least}`,
  }
}

/** GitLab's API does not show the day of expiry: a snapshot has it. */
function judgeExpiry(addOn: AddOnStatus, status: StoreStatus, days: number): Judgement {
  const { expiresOn } = addOn.purchase
  const condition = { command: nameList(addOn, status) }
  if (expiresOn === null) return { ...condition, isMet: false, message: explainUnknownDay(status) }
  const left = daysBetween(dayOf(status.now), expiresOn)
  const message = `Expires in ${countWords(left, 'day')}. Required: more than ${countWords(days, 'day')}.`
  return { ...condition, isMet: left > days, message }
}

function explainUnknownDay({ linked }: StoreStatus): string {
  return linked
    ? "The day of expiry is unknown: GitLab's API does not show it. Leave --expires-within out."
    : 'The day of expiry is unknown.'
}

function judgeIdle(addOn: AddOnStatus, status: StoreStatus, cap: Cap): Judgement {
  const { idle, purchase } = addOn
  if (idle === null)
    return {
      isMet: false,
      message: 'GitLab reports no Duo activity: idle seats are unknown.',
      command: `duo-seats usage${nameAddOn(findNamed(addOn, status))}`,
    }
  return {
    isMet: idle <= countShare(cap, purchase.assigned),
    message: `${formatCount(idle)} of ${countWords(purchase.assigned, 'seat')} idle for ${countWords(status.inactiveForDays, 'day')}. Allowed: at most ${formatCap(cap)}.`,
    command: nameIdleReclaim(addOn, status),
  }
}

function judgeEligibility(addOn: AddOnStatus, status: StoreStatus): Judgement {
  const { notEligible } = addOn.holders
  return {
    isMet: notEligible === 0,
    message: `${countWords(notEligible, 'holder')} not eligible.`,
    command: nameList(addOn, status),
  }
}
