import type { SeatChange } from '../domain/seat-change.ts'
import { splitByFreeSeats } from '../domain/split-by-free-seats.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import { DeniedError, UnreachableError } from '../gitlab/gitlab-error.ts'
import { toAddOnPurchase } from '../gitlab/read-purchases.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'
import { lockWait, type StoreContext } from '../session.ts'
import type { CallInFlight } from '../store/calls-in-flight.ts'
import { AnswerWait } from './answer-wait.ts'
import type { PushLedger } from './push-ledger.ts'
import { type HeldReading, readHeld } from './read-held.ts'
import { type Round, type RoundEnd, SeatCalls } from './seat-calls.ts'

export interface PushContext extends StoreContext {
  gitlab: GitLab
}

/** `fresh`: nothing was sent, and each user has a free seat. */
type GitLabKnowledge = 'fresh' | RoundEnd

/** In a row, before the push gives up. */
const mostFruitlessRounds = 5

/** In a row, before the push gives up. */
const mostUnsteadyReadings = 5

export class PushRun {
  readonly #ledger: PushLedger
  readonly #context: PushContext
  /** GitLab's last count, with the changes confirmed by then; null if it was not asked. */
  #counted: { free: number; confirmed: number } | null = null

  constructor(ledger: PushLedger, context: PushContext) {
    this.#ledger = ledger
    this.#context = context
  }

  /**
   * Removes seats first, so they are free. Removals are idempotent, so they are sent again before they are read back. After a lost
   * answer only the purchase is read: a query is retried until GitLab is back, a mutation is not.
   *
   * @returns the free seats by GitLab's last count, below 0 if too many are held; null if it was not asked
   */
  async run(atFirst: GitLabKnowledge): Promise<number | null> {
    this.#ledger.reportProgress()
    await this.#settleAll('take', async (end, fruitless) => {
      await this.#awaitGivenSeats()
      if (end !== 'unknown') return
      const purchase = await this.#readPurchase()
      if (fruitless > 1) await this.#readBackRemovals(purchase)
    })
    // A refused removal leaves a seat missing.
    let knowledge = atFirst === 'fresh' && this.#ledger.refused.length > 0 ? 'answered' : atFirst
    if (this.#ledger.listInFlight('give').length > 0) knowledge = 'unknown'
    await this.#settleAll('give', async (end) => {
      knowledge = end ?? knowledge
      if (knowledge !== 'fresh') await this.#reconcile(knowledge)
    })
    return this.#counted && this.#counted.free - (this.#ledger.confirmed - this.#counted.confirmed)
  }

  /** @param prepare runs before each round, with the end of the round before it, and the number of fruitless ones in a row */
  async #settleAll(
    change: SeatChange,
    prepare: (end: RoundEnd | null, fruitless: number) => Promise<void>,
  ): Promise<void> {
    const calls = this.#openCalls(change)
    const ledger = this.#ledger
    const { gitlab } = this.#context
    let round: Round | null = null
    for (let fruitless = 0; fruitless < mostFruitlessRounds; ) {
      if (round !== null && fruitless > 0) await gitlab.waitAfterFailures(fruitless, round.lastUnsettled)
      await prepare(round?.end ?? null, fruitless)
      const changes = ledger.list(change)
      if (changes.length === 0) return
      const settledBefore = ledger.settled
      round = await calls.sendRound(changes)
      fruitless = ledger.settled > settledBefore ? 0 : fruitless + 1
    }
    throw new UnreachableError(
      `GitLab completed no change in ${mostFruitlessRounds} attempts. The last time it ${round?.lastUnsettled}.`,
      'Wait until it works again.',
    )
  }

  #openCalls(change: SeatChange): SeatCalls {
    const { gitlab, signal } = this.#context
    const requirePurchase = () => this.#readPurchase()
    return new SeatCalls(change, { gitlab, signal, ledger: this.#ledger, requirePurchase })
  }

  /** Confirms users who hold a seat already, and refuses users without a free seat. */
  async #reconcile(knowledge: RoundEnd): Promise<void> {
    const ledger = this.#ledger
    if (ledger.list('give').length === 0) return
    const first = await this.#readPurchase()
    const isReadBack = knowledge !== 'answered' || this.#isShort(first)
    const purchase = isReadBack ? await this.#readBack(first, knowledge) : first
    const free = countFree(purchase)
    this.#counted = { free: purchase.quantity - purchase.assigned, confirmed: ledger.confirmed }
    const { withoutSeat, notAttempted } = splitByFreeSeats(ledger.list('give'), free)
    await ledger.refuse('give', withoutSeat, { outcome: 'no_seats_available', reason: null, detail: null })
    await ledger.refuse('give', notAttempted, { outcome: 'not_attempted', reason: null, detail: null })
  }

  /** @throws DeniedError when GitLab no longer shows the purchase */
  async #readPurchase(): Promise<PurchaseReading> {
    const { store, gitlab } = this.#context
    const purchases = await gitlab.readPurchases()
    const purchase = purchases.find(({ id }) => id === this.#ledger.purchase.id)
    if (purchase === undefined)
      throw new DeniedError(
        'GitLab no longer shows the add-on purchase: it expired, or the token lost its rights.',
        'Renew the subscription or replace the token, or discard the pending changes with "duo-seats unlink --discard-pending".',
      )
    await store.transact(
      () => store.addOnPurchases.record(toAddOnPurchase(purchase), this.#context.readClock()),
      lockWait(this.#context),
    )
    return purchase
  }

  /**
   * Holders are not sent again: GitLab would notify them again. It may still work on calls without an answer. After a lost answer,
   * a holder who moved between the pages would be refused.
   *
   * @returns the purchase at the last reading
   */
  async #readBack(first: PurchaseReading, knowledge: RoundEnd): Promise<PurchaseReading> {
    const ledger = this.#ledger
    const wait = new AnswerWait(this.#context)
    let unsteady = 0
    for (let purchase = first; ; purchase = await this.#readPurchase()) {
      const inFlight = ledger.listInFlight('give')
      const losing = new Set(inFlight.flatMap(({ userId, sent }) => (sent === 'take' ? userId : [])))
      const { held, isWhole } = await this.#confirmHolders(purchase, losing)
      const isUnclear = ({ userId, sent }: CallInFlight) => sent === 'give' || held.has(userId)
      if (await wait.waitForMore(ledger.listInFlight('give').filter(isUnclear))) continue
      if (knowledge === 'unknown' && !isWhole && this.#isShort(purchase)) {
        await this.#waitForSteadySeats(++unsteady)
        continue
      }
      await ledger.endCall(inFlight.map(({ userId }) => userId))
      if (held.size > 0) await ledger.confirm('give', [...held])
      return purchase
    }
  }

  #isShort(purchase: PurchaseReading): boolean {
    return this.#ledger.list('give').length > countFree(purchase)
  }

  /** @throws UnreachableError after too many readings */
  async #waitForSteadySeats(readings: number): Promise<void> {
    const what = 'changed seats while it listed the holders'
    if (readings < mostUnsteadyReadings) return this.#context.gitlab.waitAfterFailures(readings, what)
    throw new UnreachableError(
      `GitLab ${what}, ${readings} times in a row. A holder may be missing in the list.`,
      'Wait until fewer seats change.',
    )
  }

  /** `held`: users of `losing` who hold a seat: they are not confirmed. */
  async #confirmHolders(purchase: PurchaseReading, losing: ReadonlySet<number>): Promise<HeldReading> {
    const { held, isWhole } = await readHeld(purchase, this.#context.gitlab)
    const pending = this.#ledger.list('give').map(({ userId }) => userId)
    const found = pending.filter((id) => held.has(id))
    const confirmed = found.filter((id) => !losing.has(id))
    if (confirmed.length > 0) await this.#ledger.confirm('give', confirmed)
    return { held: new Set(found.filter((id) => losing.has(id))), isWhole }
  }

  /** A seat that a call without an answer may still give cannot be removed yet. */
  async #awaitGivenSeats(): Promise<void> {
    const wait = new AnswerWait(this.#context)
    for (;;) {
      const given = this.#ledger.listInFlight('take').filter(({ sent }) => sent === 'give')
      if (given.length === 0) return
      const { held } = await readHeld(await this.#readPurchase(), this.#context.gitlab)
      if (await wait.waitForMore(given.filter(({ userId }) => !held.has(userId)))) continue
      await this.#ledger.endCall(given.map(({ userId }) => userId))
    }
  }

  /** GitLab may answer each removal with an error although it is done. Lists before 17.5 hide holders who are not eligible. */
  async #readBackRemovals(purchase: PurchaseReading): Promise<void> {
    const { gitlab } = this.#context
    if (!gitlab.capabilities.filtersBySeat) return
    const { held, isWhole } = await readHeld(purchase, gitlab)
    if (!isWhole) return
    const done = this.#ledger.list('take').filter(({ userId }) => !held.has(userId))
    if (done.length > 0)
      await this.#ledger.confirm(
        'take',
        done.map(({ userId }) => userId),
      )
  }
}

function countFree({ quantity, assigned }: PurchaseReading): number {
  return Math.max(0, quantity - assigned)
}
