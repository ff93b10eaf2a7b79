import type { Instant } from '../domain/day.ts'
import { fitSeats } from '../domain/fit-seats.ts'
import type { SeatChange } from '../domain/pushed.ts'
import type { GitLab, PurchaseReading } from '../gitlab/gitlab.ts'
import { DeniedError, UnreachableError } from '../gitlab/gitlab-error.ts'
import { toAddOnPurchase } from '../gitlab/read-purchases.ts'
import type { Store } from '../store/store.ts'
import { PushLedger, type PushTotals } from './push-ledger.ts'
import { SeatCalls, type SendEnd } from './seat-calls.ts'

export interface PushContext {
  store: Store
  gitlab: GitLab
  readClock: () => Instant
  signal: AbortSignal
  /** Lets timers, signals and requests through. */
  pause: () => Promise<void>
  /** Called after each answer of GitLab. */
  onProgress: (settled: number, total: number) => void
}

/**
 * What is known of the seats that are to be given: that none was sent and all have a free seat; that all calls were answered and
 * some seats are left; or nothing, so that GitLab must be asked who holds one already.
 */
export type Trust = 'fresh' | SendEnd

/** How often in a row GitLab may settle nothing before the push gives up. */
const mostFruitlessRounds = 5

/** The pending changes of one purchase on their way to GitLab. */
export class Push {
  readonly #purchaseId: number
  readonly #context: PushContext
  readonly #ledger: PushLedger
  /** What GitLab last counted, and how many changes had been confirmed then; null where it was not asked. */
  #counted: { free: number; confirmed: number } | null = null

  constructor(purchaseId: number, context: PushContext, totals: PushTotals) {
    this.#purchaseId = purchaseId
    this.#context = context
    this.#ledger = new PushLedger(purchaseId, context, totals)
  }

  /**
   * Takes seats first, so that they are there to be given. To take what nobody holds does no harm, so that of taking nothing
   * has to be read back. But where an answer was lost, GitLab may be down: a query is repeated until it is back, a mutation not.
   *
   * @returns how many seats are free by GitLab's last count, below 0 where too many are held; null where it was not asked
   */
  async run(trustAtFirst: Trust): Promise<number | null> {
    this.#ledger.tellProgress(0)
    await this.#settleAll('take', async (end) => {
      if (end === 'unknown') await this.#readPurchase()
    })
    // One that was not taken is lacking.
    let trust = trustAtFirst === 'fresh' && this.#ledger.refused > 0 ? 'answered' : trustAtFirst
    await this.#settleAll('give', async (end) => {
      trust = end ?? trust
      if (trust !== 'fresh') await this.#reconcile(trust)
    })
    return this.#counted && this.#counted.free - (this.#ledger.confirmed - this.#counted.confirmed)
  }

  /**
   * In rounds, until nothing is pending.
   *
   * @param prepare called before each round with how the one before it ended, null before the first
   */
  async #settleAll(change: SeatChange, prepare: (end: SendEnd | null) => Promise<void>): Promise<void> {
    const { gitlab, signal, pause } = this.#context
    const [ledger, purchaseId] = [this.#ledger, this.#purchaseId]
    const readPurchase = () => this.#readPurchase()
    const calls = new SeatCalls(change, { gitlab, signal, ledger, purchaseId, readPurchase, pause })
    let end: SendEnd | null = null
    for (let fruitless = 0; fruitless < mostFruitlessRounds; ) {
      await prepare(end)
      const seats = ledger.list(change)
      if (seats.length === 0 && !ledger.stageFreed()) return
      const settledBefore = ledger.settled
      end = await calls.send(seats)
      fruitless = ledger.settled > settledBefore || seats.length === 0 ? 0 : fruitless + 1
      if (fruitless > 0) await gitlab.waitBeforeRetry(fruitless)
    }
    throw new UnreachableError(
      'unreachable',
      `GitLab has settled nothing in ${mostFruitlessRounds} rounds: the last time it ${calls.lastUnsettled}.`,
      'Wait until it works again.',
    )
  }

  /** Brings what is pending in line with what GitLab has: who holds a seat already, and how many are free. */
  async #reconcile(trust: Trust): Promise<void> {
    if (this.#ledger.list('give').length === 0) return
    const purchase = await this.#readPurchase()
    const free = Math.max(0, purchase.quantity - purchase.assigned)
    if (trust === 'unknown' || this.#ledger.list('give').length > free) await this.#readBack(purchase)
    this.#counted = { free: purchase.quantity - purchase.assigned, confirmed: this.#ledger.confirmed }
    const { withoutSeat, notAttempted } = fitSeats(this.#ledger.list('give'), free)
    this.#ledger.refuse('give', withoutSeat, { outcome: 'no_seats_available', reason: null, detail: null })
    this.#ledger.refuse('give', notAttempted, { outcome: 'not_attempted', reason: null, detail: null })
  }

  /** @throws DeniedError when GitLab does not show the purchase any more */
  async #readPurchase(): Promise<PurchaseReading> {
    const purchases = await this.#context.gitlab.readPurchases()
    const purchase = purchases.find(({ id }) => id === this.#purchaseId)
    if (purchase === undefined) {
      throw new DeniedError(
        'denied',
        'GitLab does not show the add-on purchase any more: it expired, or the token lost its rights.',
        'Renew the subscription or mend the token, or give up what is pending with "duo-seats unlink --discard-pending".',
      )
    }
    this.#context.store.addOnPurchases.record(toAddOnPurchase(purchase))
    return purchase
  }

  /** Whoever holds the seat already is not sent again: GitLab would notify the user again. */
  async #readBack(purchase: PurchaseReading): Promise<void> {
    const pending = new Set(this.#ledger.list('give').map(({ userId }) => userId))
    for await (const { users } of this.#context.gitlab.readUsers(purchase, 'holders')) {
      const held = users.map(({ id }) => id).filter((id) => pending.delete(id))
      if (held.length > 0) this.#ledger.confirm('give', held)
    }
  }
}
