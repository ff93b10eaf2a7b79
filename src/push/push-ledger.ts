import { setImmediate } from 'node:timers/promises'
import type { AddOnPurchase } from '../domain/add-on.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { SeatChange } from '../domain/seat-change.ts'
import { lockWait, patientLockWait, type StoreContext } from '../session.ts'
import type { CallInFlight } from '../store/calls-in-flight.ts'
import type { ChangeRefusal, PendingChange } from '../store/pending-changes.ts'
import type { Store } from '../store/store.ts'

export type PushedPurchase = Pick<AddOnPurchase, 'id' | 'addOn'>

export interface RefusedChange extends ChangeRefusal {
  purchase: PushedPurchase
  change: SeatChange
  userId: number
}

/** Without a reason beyond its outcome. @param detail see the table of outcomes */
export function refuseAs(outcome: Outcome, detail: string | null = null): ChangeRefusal {
  return { outcome, reason: null, detail }
}

/** Writes each answer for a purchase at once: after a kill, the next push continues here. Changes without an answer stay pending. */
export class PushLedger {
  readonly purchase: PushedPurchase
  readonly #context: StoreContext
  readonly #store: Store
  /** Every answer counts. */
  #settled = 0
  /** Settled and pending changes, those of other purchases too. */
  #total = 0
  #confirmed = 0
  #refused: RefusedChange[] = []

  constructor(purchase: PushedPurchase, context: StoreContext) {
    this.purchase = purchase
    this.#context = context
    this.#store = context.store
    this.recount()
  }

  get settled(): number {
    return this.#settled
  }

  get confirmed(): number {
    return this.#confirmed
  }

  get refused(): readonly RefusedChange[] {
    return this.#refused
  }

  list(change: SeatChange): PendingChange[] {
    return this.#store.pendingChanges.list(this.purchase.id, change)
  }

  /** Other processes may have requested changes, and discarded some. */
  recount(): void {
    this.#total = this.#settled + this.#store.pendingChanges.count()
  }

  /** Calls of this push and earlier ones without an answer. @param change the pending one */
  listInFlight(change: SeatChange): CallInFlight[] {
    return this.#store.callsInFlight.list(this.purchase.id, change)
  }

  /** Just before a call: after a kill, the store contains the calls that GitLab may still work on. */
  async beginCall(change: SeatChange, userIds: readonly number[]): Promise<void> {
    const { callsInFlight } = this.#store
    await this.#store.transact(
      () => callsInFlight.begin(this.purchase.id, change, userIds, this.#context.readClock()),
      { ...lockWait(this.#context), isDurable: false },
    )
  }

  /** GitLab does not work on the call any more. */
  async endCall(userIds: readonly number[]): Promise<void> {
    if (userIds.length === 0) return
    await this.#write(() => this.#store.callsInFlight.end(this.purchase.id, userIds))
  }

  async confirm(change: SeatChange, userIds: readonly number[]): Promise<void> {
    // The next request goes out first.
    await setImmediate()
    await this.#write(
      () => this.#store.pendingChanges.confirm(this.purchase.id, change, userIds, this.#context.readClock()),
      { isDurable: false },
    )
    this.#confirmed += userIds.length
    this.#settle(userIds.length)
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
    this.#total += next.length
    // A user without a seat may have been refused before another user freed one.
    this.#refused = this.#refused.filter(({ userId }) => !next.includes(userId))
    this.#noteRefusal(change, changes, refusal)
  }

  #recordRefusal(change: SeatChange, changes: readonly PendingChange[], refusal: ChangeRefusal): void {
    const userIds = changes.map(({ userId }) => userId)
    this.#store.pendingChanges.refuse(this.purchase.id, change, userIds, refusal)
  }

  /** @returns ids of the users with a new request */
  #requestNext(refused: readonly PendingChange[]): number[] {
    const now = this.#context.readClock()
    return refused.flatMap(({ runId }) => this.#store.pendingChanges.recordNext(runId, now) ?? [])
  }

  #noteRefusal(change: SeatChange, changes: readonly PendingChange[], refusal: ChangeRefusal): void {
    for (const { userId } of changes)
      this.#refused.push({ ...refusal, purchase: this.purchase, change, userId })
    this.#settle(changes.length)
  }

  #settle(count: number): void {
    this.#settled += count
    this.reportProgress()
  }

  reportProgress(): void {
    this.#context.tell({ kind: 'changes_pushed', settled: this.#settled, total: this.#total })
  }

  #write<T>(work: () => T, { isDurable = true } = {}): Promise<T> {
    return this.#store.transact(work, { ...patientLockWait(this.#context), isDurable })
  }
}
