import type { Instant } from '../domain/day.ts'
import type { SeatChange } from '../domain/pushed.ts'
import type { PendingSeat, Refusal } from '../store/pending-change.ts'
import type { Store } from '../store/store.ts'

/** A pending change that is not to be. */
export interface RefusedSeat extends Refusal {
  change: SeatChange
  addOnPurchaseId: number
  userId: number
}

/** What a push did. What it did not settle is pending still. */
export interface PushTotals {
  confirmed: number
  refused: RefusedSeat[]
}

interface LedgerContext {
  store: Store
  readClock: () => Instant
  /** Called after each answer of GitLab. */
  onProgress: (settled: number, total: number) => void
}

/** Writes down GitLab's answers about one purchase, each at once: killed at any moment, the next push goes on here. */
export class PushLedger {
  readonly #purchaseId: number
  readonly #context: LedgerContext
  readonly #totals: PushTotals
  /** Seats that GitLab refused to some, by run: they are there for the next ones in the list of the run. */
  readonly #freed = new Map<number, number>()
  #settled = 0
  #refused = 0

  constructor(purchaseId: number, context: LedgerContext, totals: PushTotals) {
    this.#purchaseId = purchaseId
    this.#context = context
    this.#totals = totals
  }

  /** How many changes GitLab has answered for. */
  get settled(): number {
    return this.#settled
  }

  /** How many of them it refused. */
  get refused(): number {
    return this.#refused
  }

  /** How many it has confirmed, those that the totals held before included. */
  get confirmed(): number {
    return this.#totals.confirmed
  }

  list(change: SeatChange): PendingSeat[] {
    return this.#context.store.pendingSeats.list(this.#purchaseId, change)
  }

  confirm(change: SeatChange, userIds: readonly number[]): void {
    this.#context.store.pendingSeats.confirm(this.#purchaseId, change, userIds)
    this.#totals.confirmed += userIds.length
    this.tellProgress(userIds.length)
  }

  refuse(change: SeatChange, seats: readonly PendingSeat[], refusal: Refusal): void {
    const userIds = seats.map(({ userId }) => userId)
    this.#context.store.pendingSeats.refuse(this.#purchaseId, change, userIds, refusal)
    this.#refused += userIds.length
    for (const userId of userIds)
      this.#totals.refused.push({ ...refusal, change, userId, addOnPurchaseId: this.#purchaseId })
    this.tellProgress(userIds.length)
  }

  /** For a reason of their own, so that others can have the seats that they do not get. */
  refuseUsers(change: SeatChange, seats: readonly PendingSeat[], refusal: Refusal): void {
    this.refuse(change, seats, refusal)
    if (change === 'take') return
    for (const { runId } of seats) this.#freed.set(runId, (this.#freed.get(runId) ?? 0) + 1)
  }

  /** Gives the seats that were freed to those of the same run who went without. @returns whether there was anybody */
  stageFreed(): boolean {
    const { store, readClock } = this.#context
    let staged = 0
    for (const [runId, freed] of this.#freed)
      staged += store.pendingSeats.stageNext(runId, freed, readClock())
    this.#freed.clear()
    return staged > 0
  }

  /** @param settled how many changes the last answer was about */
  tellProgress(settled: number): void {
    this.#settled += settled
    this.#context.onProgress(this.#settled, this.#settled + this.#context.store.pendingSeats.count())
  }
}
