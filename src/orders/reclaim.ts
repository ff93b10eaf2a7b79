import { defaultRemovalCap } from '../domain/cap.ts'
import { addDays, type Day, dayOf } from '../domain/day.ts'
import {
  compareReclaimable,
  isReclaimable,
  isUnknown,
  judgeReclaim,
  type ReclaimableSeat,
  type ReclaimFinding,
  type ReclaimRules,
  type UnknownFact,
} from '../domain/reclaim.ts'
import type { Request, RequestBatch } from '../domain/request.ts'
import type { ListedUser } from '../domain/seat-list.ts'
import { listHolders } from '../seats/list-holders.ts'
import { makeOrder, type Order, type OrderOptions } from './order.ts'
import { findProtectedUsers, type ProtectedUsers, requestForUser } from './protected-users.ts'
import {
  createListSource,
  type RequestList,
  readWanted,
  type SourceContext,
  type SourceRequests,
} from './request-source.ts'

export interface ReclaimOptions extends OrderOptions {
  inactiveFor: number
  includeNeverActive?: boolean
  /** Seats without recorded use whose age is unknown; default: they are left. */
  seatAgeUnknown?: SeatAgeUnknown
  /** Path of the list; recorded only. */
  except?: string
  /** Removes seats only until so many are free. */
  toFree?: number
  /** In place of `yes`: a user must agree to several removals. */
  asks?: boolean
}

export const seatAgePolicies = ['take', 'leave'] as const

type SeatAgeUnknown = (typeof seatAgePolicies)[number]

/** Without `yes` or `asks` it is a dry run. The users of `except` keep their seats. */
export function orderReclaim(except: RequestList, options: ReclaimOptions): Order {
  const { inactiveFor, toFree = null, yes = false, asks = false, dryRun = false } = options
  const takesUnknownAge = options.seatAgeUnknown === 'take'
  const includeNeverActive = takesUnknownAge || (options.includeNeverActive ?? false)
  const idle = { days: inactiveFor, includeNeverActive, takesUnknownAge, toFree }
  return makeOrder(options, {
    command: 'reclaim',
    source: createListSource(except, (context) => readIdleSeats(except, idle, context)),
    // A misspelt name would protect no user.
    maxUnknown: { number: 0 },
    question: asks ? 'removals' : null,
    usualCap: defaultRemovalCap,
    goal: toFree === null ? null : { kind: 'free_seats', seats: toFree },
    dryRun: dryRun || !(yes || asks),
    recorded: {
      inactive_for: `${inactiveFor}d`,
      to_free: toFree,
      include_never_active: includeNeverActive,
      seat_age_unknown: takesUnknownAge ? 'take' : null,
      except: options.except ?? null,
    },
  })
}

interface IdleRules extends Omit<ReclaimRules, 'limit'> {
  days: number
  /** Null: every idle seat. */
  toFree: number | null
}

/** Ineligible holders first, then the longest time without use. Excepted users are only reported. */
async function readIdleSeats(
  except: RequestList,
  { toFree, days, ...rules }: IdleRules,
  context: SourceContext,
): Promise<SourceRequests> {
  const { store, purchase, free, today } = context
  const excepted = await findProtectedUsers(store, except, purchase.id)
  const { seats, left } = findReclaimable(excepted, { ...rules, limit: addDays(today, -days) }, context)
  const most = toFree === null ? Number.POSITIVE_INFINITY : Math.max(0, toFree - free)
  // Kept seats are not listed if no seat must be removed.
  const listed = most > 0 ? left : []
  return {
    batches: readBatches(seats.slice(0, most).map(toRequest), listed, readWanted(except, context)),
    finding: {
      free,
      reclaimable: seats.length,
      leftAlone: countFacts(left),
      exceptedRows: excepted.rows,
      isLinked: store.links.isLinked(),
    },
  }
}

async function* readBatches(
  removals: readonly Request[],
  left: readonly Request[],
  except: AsyncIterable<Request[]>,
): AsyncIterable<RequestBatch> {
  if (removals.length > 0) yield { action: 'take', requests: removals }
  if (left.length > 0) yield { action: 'leave', requests: left }
  for await (const requests of except) yield { action: 'report', requests }
}

function toRequest(seat: ReclaimableSeat): Request {
  const request = requestForUser(seat)
  return seat.isEligible ? { ...request, idleSince: seat.lastUsedOn ?? 'never' } : request
}

function countFacts(left: readonly Request[]): ReclaimFinding['leftAlone'] {
  const count = (fact: UnknownFact) => left.filter(({ unknownFact }) => unknownFact === fact).length
  return { unknown_activity: count('unknown_activity'), unknown_age: count('unknown_age') }
}

function findReclaimable(
  excepted: ProtectedUsers,
  rules: ReclaimRules,
  { store, purchase, today }: SourceContext,
): { seats: ReclaimableSeat[]; left: Request[] } {
  const seats: ReclaimableSeat[] = []
  const left: Request[] = []
  for (const user of listHolders(store, purchase.id)) {
    // The next sync drops the seat of a user who is gone.
    if (user.reason === 'gone' || excepted.has(user.userId)) continue
    const verdict = judgeReclaim(user, rules)
    if (isReclaimable(verdict)) seats.push(toReclaimable(user, today))
    else if (isUnknown(verdict)) left.push({ ...requestForUser(user), unknownFact: verdict })
  }
  return { seats: seats.sort(compareReclaimable), left }
}

function toReclaimable(user: ListedUser, today: Day): ReclaimableSeat {
  const { userId, username, reason, lastDuoActivityOn, assignedAt, seenAt } = user
  const heldSince = assignedAt ?? seenAt
  return {
    userId,
    username,
    isEligible: reason === null,
    lastUsedOn: lastDuoActivityOn,
    unusedSince: lastDuoActivityOn ?? (heldSince === null ? today : dayOf(heldSince)),
  }
}
