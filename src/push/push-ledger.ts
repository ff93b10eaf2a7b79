import { setImmediate } from 'node:timers/promises'
import type { Outcome } from '../domain/outcome.ts'
import type { SeatChange } from '../domain/seat-change.ts'
import { lockWait, type WorkContext } from '../session.ts'
import type { CallInFlight } from '../store/calls-in-flight.ts'
import type { ChangeRefusal, PendingChange } from '../store/pending-changes.ts'
import type { Store } from '../store/store.ts'

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

  /** Calls of this push and earlier ones without an answer. @param change the pending one */
  listInFlight(change: SeatChange): CallInFlight[] {
    return this.#store.callsInFlight.list(this.#purchaseId, change)
  }

  /** Just before a call: after a kill, the next push knows what GitLab may still work on. */
  async beginCall(change: SeatChange, userIds: readonly number[]): Promise<void> {
    const { callsInFlight } = this.#store
    await this.#store.transact(
      () => callsInFlight.begin(this.#purchaseId, change, userIds, this.#context.readClock()),
      { ...lockWait(this.#context), isDurable: false },
    )
  }

  /** GitLab does not work on the call any more. */
  async endCall(userIds: readonly number[]): Promise<void> {
    if (userIds.length === 0) return
    await this.#write(() => this.#store.callsInFlight.end(this.#purchaseId, userIds))
  }

  async confirm(change: SeatChange, userIds: readonly number[]): Promise<void> {
    // The next request goes out first.
    await setImmediate()
    await this.#write(
      () => this.#store.pendingChanges.confirm(this.#purchaseId, change, userIds, this.#context.readClock()),
      { isDurable: false },
    )
    this.#totals.confirmed += userIds.length
    this.reportProgress(userIds.length)
  }

  async refuse(change: SeatChange, changes: readonly PendingChange[], refusal: ChangeRefusal): Promise<void> {
    if (changes.length === 0) return
    await this.#write(() => this.#recordRefusal(change, changes, refusal))
    this.#noteRefusal(change, changes, refusal)
  }

  /** For reasons of their own: in the same transaction, their seats are requested for the next users of the same run. */
  async refuseUsers(
    change: SeatChange,
    changes: readonly PendingChange[],
    refusal: ChangeRefusal,
  ): Promise<void> {
    if (change === 'take') return this.refuse(change, changes, refusal)
    const next = await this.#write(() => {
      this.#recordRefusal(change, changes, refusal)
      return this.#requestNext(changes)
    })
    this.#takeBackRefusals(next)
    this.#noteRefusal(change, changes, refusal)
  }

  #recordRefusal(change: SeatChange, changes: readonly PendingChange[], refusal: ChangeRefusal): void {
    const userIds = changes.map(({ userId }) => userId)
    this.#store.pendingChanges.refuse(this.#purchaseId, change, userIds, refusal)
  }

  /** @returns ids of the users with a new request */
  #requestNext(refused: readonly PendingChange[]): number[] {
    const now = this.#context.readClock()
    return refused.flatMap(({ runId }) => this.#store.pendingChanges.recordNext(runId, now) ?? [])
  }

  #noteRefusal(change: SeatChange, changes: readonly PendingChange[], refusal: ChangeRefusal): void {
    this.#refused += changes.length
    for (const { userId } of changes)
      this.#totals.refused.push({ ...refusal, change, userId, addOnPurchaseId: this.#purchaseId })
    this.reportProgress(changes.length)
  }

  /** A user without a seat may have been refused before another user freed one. */
  #takeBackRefusals(userIds: readonly number[]): void {
    const { refused } = this.#totals
    const isOpenAgain = ({ addOnPurchaseId, userId }: RefusedChange) =>
      addOnPurchaseId === this.#purchaseId && userIds.includes(userId)
    refused.splice(0, refused.length, ...refused.filter((change) => !isOpenAgain(change)))
  }

  /** @param settled changes that the last answer was about */
  reportProgress(settled: number): void {
    this.#settled += settled
    const total = this.#settled + this.#store.pendingChanges.count()
    this.#context.tell({ kind: 'changes_pushed', settled: this.#settled, total })
  }

  /** An interruption does not end the wait for the lock: an answer of GitLab must not get lost. */
  #write<T>(work: () => T, { isDurable = true } = {}): Promise<T> {
    return this.#store.transact(work, {
      signal: new AbortController().signal,
      isDurable,
      onWait: () => this.#context.tell({ kind: 'waiting_for_store' }),
    })
  }
}

export function listRefusedOutcomes({ refused }: PushTotals): Outcome[] {
  return refused.map(({ outcome }) => outcome)
}
