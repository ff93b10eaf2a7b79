import { setImmediate } from 'node:timers/promises'
import type { Outcome } from '../domain/outcome.ts'
import type { SeatChange } from '../domain/seat-change.ts'
import type { WorkContext } from '../session.ts'
import type { ChangeRefusal, PendingChange } from '../store/pending-changes.ts'
import type { Store } from '../store/store.ts'
import type { LockWait } from '../store/take-lock.ts'

export interface RefusedChange extends ChangeRefusal {
  change: SeatChange
  addOnPurchaseId: number
  userId: number
}

/** Changes without an answer are still pending. */
export interface PushTotals {
  confirmed: number
  refused: RefusedChange[]
}

/** Writes each answer at once: after a kill, the next push continues here. */
export class PushLedger {
  readonly #store: Store
  readonly #purchaseId: number
  readonly #context: WorkContext
  readonly #totals: PushTotals
  /** By run: seats refused to some users, free for the next users of the list. */
  readonly #freed = new Map<number, number>()
  #settled = 0
  #refused = 0

  constructor(store: Store, purchaseId: number, context: WorkContext, totals: PushTotals) {
    this.#store = store
    this.#purchaseId = purchaseId
    this.#context = context
    this.#totals = totals
  }

  get settled(): number {
    return this.#settled
  }

  get refused(): number {
    return this.#refused
  }

  /** Includes other purchases. */
  get confirmed(): number {
    return this.#totals.confirmed
  }

  list(change: SeatChange): PendingChange[] {
    return this.#store.pendingChanges.list(this.#purchaseId, change)
  }

  async confirm(change: SeatChange, userIds: readonly number[]): Promise<void> {
    // The next request goes out first.
    await setImmediate()
    await this.#write(() => this.#store.pendingChanges.confirm(this.#purchaseId, change, userIds))
    this.#totals.confirmed += userIds.length
    this.reportProgress(userIds.length)
  }

  async refuse(change: SeatChange, changes: readonly PendingChange[], refusal: ChangeRefusal): Promise<void> {
    if (changes.length === 0) return
    const userIds = changes.map(({ userId }) => userId)
    await this.#write(() => this.#store.pendingChanges.refuse(this.#purchaseId, change, userIds, refusal))
    this.#refused += userIds.length
    for (const userId of userIds)
      this.#totals.refused.push({ ...refusal, change, userId, addOnPurchaseId: this.#purchaseId })
    this.reportProgress(userIds.length)
  }

  /** For reasons of their own, so other users can have their seats. */
  async refuseUsers(
    change: SeatChange,
    changes: readonly PendingChange[],
    refusal: ChangeRefusal,
  ): Promise<void> {
    await this.refuse(change, changes, refusal)
    if (change === 'take') return
    for (const { runId } of changes) this.#freed.set(runId, (this.#freed.get(runId) ?? 0) + 1)
  }

  /** Requests the freed seats for the next users of the same run; false if there are none. */
  async requestFreed(): Promise<boolean> {
    const { pendingChanges } = this.#store
    let requested = 0
    for (const [runId, freed] of this.#freed)
      requested += await this.#write(() => pendingChanges.recordNext(runId, freed, this.#context.readClock()))
    this.#freed.clear()
    return requested > 0
  }

  /** @param settled changes that the last answer was about */
  reportProgress(settled: number): void {
    this.#settled += settled
    const total = this.#settled + this.#store.pendingChanges.count()
    this.#context.tell({ kind: 'changes_pushed', settled: this.#settled, total })
  }

  /** An interruption does not end the wait for the lock: an answer of GitLab must not get lost. */
  #write<T>(work: () => T): Promise<T> {
    return this.#store.transact(work, {
      ...patiently,
      onWait: () => this.#context.tell({ kind: 'waiting_for_store' }),
    })
  }
}

const patiently: LockWait = { signal: new AbortController().signal, onWait: () => {} }

export function listRefusedOutcomes({ refused }: PushTotals): Outcome[] {
  return refused.map(({ outcome }) => outcome)
}
