import { countFreeSeats, type PurchaseInUse } from '../domain/add-on.ts'
import { dayOf } from '../domain/day.ts'
import {
  compareReclaimable,
  isReclaimable,
  judgeReclaim,
  type ReclaimableSeat,
  type ReclaimRules,
  type ReclaimVerdict,
} from '../domain/reclaim.ts'
import type { RequestBatch, RequestSource } from '../domain/request.ts'
import type { ListedUser } from '../domain/seat-list.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { Store } from '../store/store.ts'
import { findNamed, nameUser } from './find-named.ts'

export interface ReclaimOptions extends ReclaimRules {
  /** How many seats shall be free; null: every idle seat is taken. */
  toFree: number | null
  /** Whoever is named in it keeps the seat. */
  except: RequestSource
  /** Called with what was found, each time the requests are read. */
  onFound: (finding: ReclaimFinding) => void
}

/** What there is to take back. */
export interface ReclaimFinding {
  /** Seats free before; below 0 where too many are held. */
  free: number
  /** Seats that may be taken, whether they are needed or not. */
  reclaimable: number
  /** Seats of which too little is known to call them idle. */
  leftOut: Partial<Record<ReclaimVerdict, number>>
  /** Rows that name whom to except. */
  exceptedRows: number
  /** GitLab does not tell how old a seat is, so that the syncs of a linked store have to. */
  isLinked: boolean
}

/**
 * Asks to take the seats that nobody uses, of those who are not eligible first, then those that have been idle the longest; and
 * tells of everybody who is excepted what seat the user has.
 */
export async function* composeReclaim(
  store: Store,
  purchase: PurchaseInUse,
  options: ReclaimOptions,
): AsyncIterable<RequestBatch> {
  const { toFree, except, onFound } = options
  const excepted = await findNamed(store, except, purchase.id)
  const { seats, leftOut } = findReclaimable(store, purchase, (userId) => excepted.has(userId), options)
  const free = countFreeSeats(purchase)
  const isLinked = store.links.find() !== null
  onFound({ free, reclaimable: seats.length, leftOut, exceptedRows: excepted.rows, isLinked })
  const wanted = toFree === null ? seats : seats.slice(0, Math.max(0, toFree - free))
  if (wanted.length > 0)
    yield {
      action: 'take',
      requests: wanted.map((seat) => ({
        ...nameUser(seat),
        ...(seat.isEligible && { idleSince: seat.lastUsedOn ?? 'never' }),
      })),
    }
  for await (const requests of except.readBatches()) yield { action: 'keep', requests }
}

function findReclaimable(
  store: Store,
  { id }: PurchaseInUse,
  isExcepted: (userId: number) => boolean,
  rules: ReclaimRules,
): { seats: ReclaimableSeat[]; leftOut: ReclaimFinding['leftOut'] } {
  const { offering } = requireSubscription(store)
  const seats: ReclaimableSeat[] = []
  const leftOut: ReclaimFinding['leftOut'] = {}
  const holders = {
    addOnPurchaseId: id,
    offering,
    holdersOnly: true,
    sort: 'username',
    reverse: false,
  } as const
  for (const user of store.users.list(holders)) {
    // Nobody is there to take it from: as every command, it leaves the seat to the sync.
    if (user.reason === 'gone' || isExcepted(user.userId)) continue
    const verdict = judgeReclaim(user, rules)
    if (isReclaimable(verdict)) seats.push(toReclaimable(user, rules))
    else if (verdict !== 'not_idle') leftOut[verdict] = (leftOut[verdict] ?? 0) + 1
  }
  return { seats: seats.sort(compareReclaimable), leftOut }
}

function toReclaimable(user: ListedUser, { today }: ReclaimRules): ReclaimableSeat {
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
