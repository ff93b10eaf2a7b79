import type { Instant } from '../domain/day.ts'
import { fitSeats } from '../domain/fit-seats.ts'
import type { Outcome } from '../domain/outcome.ts'
import { findIneligibility } from '../domain/user.ts'
import type { GitLab, PurchaseReading } from '../gitlab/gitlab.ts'
import { DeniedError, UnansweredError, UnreachableError } from '../gitlab/gitlab-error.ts'
import type { PendingSeat, Refusal } from '../store/pending-seats.ts'
import type { Store } from '../store/store.ts'
import { inParallel } from './in-parallel.ts'
import { type CallEnd, giveNarrowingDown } from './narrow-down.ts'
import { toAddOnPurchase } from './pull-gitlab.ts'

export interface PushContext {
  store: Store
  gitlab: GitLab
  readClock: () => Instant
  signal: AbortSignal
  /** Called after each answer of GitLab. */
  onProgress: (settled: number, total: number) => void
}

/** A pending seat that is not to be. */
export interface RefusedSeat extends Refusal {
  addOnPurchaseId: number
  userId: number
}

/** What a push did. What it did not settle is pending still. */
export interface PushTotals {
  confirmed: number
  refused: RefusedSeat[]
}

/**
 * What is known of the pending seats: that none was sent and all have a free seat; that all calls were answered and some seats
 * are left; or nothing, so that GitLab must be asked who holds one already.
 */
export type Trust = 'fresh' | 'answered' | 'unknown'

/** Mutations in flight: GitLab takes a lock on the purchase for each, so that more of them would only wait there. */
const callsInFlight = 4

/** How often in a row GitLab may settle nothing before the push gives up. */
const mostFruitlessRounds = 5

/** GitLab's codes for a shortage: of a single seat, and of a whole call. */
const shortageCodes = ['NO_SEATS_AVAILABLE', 'NOT_ENOUGH_SEATS']

/** GitLab's codes that are about the add-on, so that every user would be refused alike. */
const outcomesOfAddOn: Record<string, Outcome> = {
  SEAT_ASSIGNMENT_NOT_SUPPORTED: 'seat_assignment_not_supported',
  INCOMPATIBLE_ADD_ON: 'incompatible_add_on',
}

/** The pending seats of one purchase on their way to GitLab. */
export class Push {
  readonly #purchaseId: number
  readonly #context: PushContext
  readonly #totals: PushTotals
  /** Seats that GitLab refused to some, by run: they are there for the next ones in the list of the run. */
  readonly #freed = new Map<number, number>()
  #settled = 0
  #idsPerCall: number

  constructor(purchaseId: number, context: PushContext, totals: PushTotals) {
    this.#purchaseId = purchaseId
    this.#context = context
    this.#totals = totals
    this.#idsPerCall = context.gitlab.capabilities.idsPerCall
  }

  /** In rounds, until nothing is pending: what stayed unanswered in one is read back before the next. */
  async run(trustAtFirst: Trust): Promise<void> {
    this.#countSettled(0)
    let trust = trustAtFirst
    for (let fruitless = 0; fruitless < mostFruitlessRounds; ) {
      if (trust !== 'fresh') await this.#reconcile(trust)
      const seats = this.#listPending()
      if (seats.length === 0 && !this.#stageFreed()) return
      const settledBefore = this.#settled
      trust = await this.#sendAll(seats)
      fruitless = this.#settled > settledBefore || seats.length === 0 ? 0 : fruitless + 1
      if (fruitless > 0) await this.#context.gitlab.waitBeforeRetry(fruitless)
    }
    throw new UnreachableError(
      'unreachable',
      `GitLab has settled nothing in ${mostFruitlessRounds} rounds.`,
      'Wait until it works again.',
    )
  }

  #listPending(): PendingSeat[] {
    return this.#context.store.pendingSeats.list(this.#purchaseId, 'give')
  }

  /** Brings what is pending in line with what GitLab has: who holds a seat already, and how many are free. */
  async #reconcile(trust: Trust): Promise<void> {
    if (this.#listPending().length === 0) return
    const purchase = await this.#readPurchase()
    const free = Math.max(0, purchase.quantity - purchase.assigned)
    if (trust === 'unknown' || this.#listPending().length > free) await this.#readBack(purchase)
    const { withoutSeat, notAttempted } = fitSeats(this.#listPending(), free)
    this.#refuse(withoutSeat, { outcome: 'no_seats_available', reason: null, detail: null })
    this.#refuse(notAttempted, { outcome: 'not_attempted', reason: null, detail: null })
  }

  /** @throws DeniedError when GitLab does not show the purchase any more */
  async #readPurchase(): Promise<PurchaseReading> {
    const purchases = await this.#context.gitlab.readPurchases()
    const purchase = purchases.find(({ id }) => id === this.#purchaseId)
    if (purchase === undefined) {
      throw new DeniedError(
        'denied',
        'GitLab does not show the add-on purchase any more: it expired, or the token lost its rights.',
        'Renew the subscription or mend the token, or give the seats up with "duo-seats unlink --discard-pending".',
      )
    }
    this.#context.store.addOnPurchases.record(toAddOnPurchase(purchase))
    return purchase
  }

  /** Whoever holds the seat already is not sent again: GitLab would notify the user again. */
  async #readBack(purchase: PurchaseReading): Promise<void> {
    const pending = new Set(this.#listPending().map(({ userId }) => userId))
    for await (const { users } of this.#context.gitlab.readUsers(purchase, 'holders')) {
      const held = users.map(({ id }) => id).filter((id) => pending.delete(id))
      if (held.length > 0) this.#confirm(held)
    }
  }

  /** Gives the seats that were freed to those of the same run who went without. @returns whether there was anybody */
  #stageFreed(): boolean {
    const { store, readClock } = this.#context
    let staged = 0
    for (const [runId, freed] of this.#freed)
      staged += store.pendingSeats.stageNext(runId, freed, readClock())
    this.#freed.clear()
    return staged > 0
  }

  /**
   * Sends in calls of as many as GitLab takes. There is a free seat for each, as far as anybody knows, so that several calls
   * may be in flight. Only a shorter one waits for the others: should seats be lacking after all, it could find one where a
   * longer one before it found too few.
   */
  async #sendAll(seats: readonly PendingSeat[]): Promise<Trust> {
    const ends = new Set<CallEnd>()
    const send = async (batch: readonly PendingSeat[]) => {
      if (!ends.has('too_few_seats')) await giveNarrowingDown(batch, (part) => this.#give(part, ends))
    }
    const batches = splitIntoBatches(seats, this.#idsPerCall)
    const full = batches.filter((batch) => batch.length === this.#idsPerCall)
    await inParallel(full, callsInFlight, send)
    await inParallel(batches.slice(full.length), 1, send)
    return ends.has('unanswered') || ends.has('too_few_seats') ? 'unknown' : 'answered'
  }

  /** One call, its answer written down. */
  async #give(batch: readonly PendingSeat[], ends: Set<CallEnd>): Promise<CallEnd> {
    this.#context.signal.throwIfAborted()
    const end = await this.#giveOrLoseTrack(batch)
    ends.add(end)
    return end
  }

  async #giveOrLoseTrack(batch: readonly PendingSeat[]): Promise<CallEnd> {
    const userIds = batch.map(({ userId }) => userId)
    try {
      const answer = await this.#context.gitlab.giveSeats(this.#purchaseId, userIds)
      if (answer.kind === 'refused') return await this.#takeRefusal(batch, answer.code)
      if (answer.kind === 'not_shown') return await this.#explainNotShown(batch)
      if (answer.kind === 'done') this.#confirm(userIds)
      else this.#idsPerCall = Math.min(this.#idsPerCall, 50)
      return answer.kind === 'done' ? 'given' : 'someone_refused'
    } catch (error) {
      if (error instanceof UnansweredError) return 'unanswered'
      throw error
    }
  }

  async #takeRefusal(batch: readonly PendingSeat[], code: string): Promise<CallEnd> {
    if (shortageCodes.includes(code)) return 'too_few_seats'
    const ofAddOn = outcomesOfAddOn[code]
    if (ofAddOn !== undefined) this.#refuse(batch, { outcome: ofAddOn, reason: null, detail: null })
    else if (batch.length > 1) return 'someone_refused'
    else if (code !== 'INVALID_USER_MEMBERSHIP')
      this.#refuseUsers(batch, { outcome: 'refused_by_gitlab', reason: null, detail: code })
    else this.#refuseUsers(batch, await this.#explainIneligibility(batch))
    return 'refused'
  }

  /** GitLab does not say why; the state of the user mostly does. */
  async #explainIneligibility(batch: readonly PendingSeat[]): Promise<Refusal> {
    const { gitlab } = this.#context
    const userIds = batch.map(({ userId }) => userId)
    const [user] = await gitlab.findUsers({ usernames: [], userIds })
    // Of membership a look-up tells nothing, so that it is not what is judged.
    const reason = user === undefined ? 'gone' : findIneligibility(user, 'self-managed')
    return { outcome: 'invalid_user_membership', reason: reason ?? 'not_eligible', detail: null }
  }

  /** GitLab has one answer for a purchase that expired, for a token without the right, and for a user who is gone. */
  async #explainNotShown(batch: readonly PendingSeat[]): Promise<CallEnd> {
    await this.#readPurchase()
    const userIds = batch.map(({ userId }) => userId)
    const known = new Set(
      (await this.#context.gitlab.findUsers({ usernames: [], userIds })).map(({ id }) => id),
    )
    const gone = batch.filter(({ userId }) => !known.has(userId))
    if (gone.length === 0) {
      throw new DeniedError(
        'denied',
        'GitLab shows the seats to this token and lets it change none.',
        'The token needs the scope api, and its user must be an administrator, or an Owner of the group.',
      )
    }
    this.#refuseUsers(gone, { outcome: 'invalid_user_membership', reason: 'gone', detail: null })
    return 'refused'
  }

  #confirm(userIds: readonly number[]): void {
    this.#context.store.pendingSeats.confirm(this.#purchaseId, 'give', userIds)
    this.#totals.confirmed += userIds.length
    this.#countSettled(userIds.length)
  }

  /** For a reason of their own, so that others can have the seats. */
  #refuseUsers(seats: readonly PendingSeat[], refusal: Refusal): void {
    this.#refuse(seats, refusal)
    for (const { runId } of seats) this.#freed.set(runId, (this.#freed.get(runId) ?? 0) + 1)
  }

  #refuse(seats: readonly PendingSeat[], refusal: Refusal): void {
    const userIds = seats.map(({ userId }) => userId)
    this.#context.store.pendingSeats.refuse(this.#purchaseId, 'give', userIds, refusal)
    for (const userId of userIds)
      this.#totals.refused.push({ ...refusal, userId, addOnPurchaseId: this.#purchaseId })
    this.#countSettled(userIds.length)
  }

  #countSettled(seats: number): void {
    this.#settled += seats
    this.#context.onProgress(this.#settled, this.#settled + this.#context.store.pendingSeats.count())
  }
}

function splitIntoBatches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
