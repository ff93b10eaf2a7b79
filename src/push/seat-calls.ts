import type { SeatChange } from '../domain/seat-change.ts'
import { splitIntoBatches } from '../domain/split-into-batches.ts'
import { UserError } from '../errors.ts'
import type { SeatAnswer } from '../gitlab/change-seats.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import { DeniedError, UnansweredError } from '../gitlab/gitlab-error.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'
import type { PendingChange } from '../store/pending-changes.ts'
import { explainIneligibility } from './explain-ineligibility.ts'
import { findGone } from './find-gone.ts'
import { inParallel } from './in-parallel.ts'
import { type CallEnd, changeNarrowingDown } from './narrow-down.ts'
import type { PushLedger } from './push-ledger.ts'

interface CallContext {
  gitlab: GitLab
  signal: AbortSignal
  ledger: PushLedger
  /** @throws DeniedError when GitLab no longer shows the purchase */
  requirePurchase: () => Promise<PurchaseReading>
}

/** GitLab locks the purchase for each mutation, so more of them would wait there. */
const callsInFlight = 4

/** `unknown`: an answer was lost. `short`: seats ran out. After both, GitLab must be read again. */
export type RoundEnd = 'answered' | 'short' | 'unknown'

export interface Round {
  end: RoundEnd
  /** GitLab's answer to the last call that settled nothing, as a predicate. */
  lastUnsettled: string
}

export class SeatCalls {
  readonly #change: SeatChange
  readonly #context: CallContext
  #idsPerCall: number
  /** Whether GitLab rejected a call for several users that may be valid for each of them. */
  #isBulkRejected = false
  /** Confirmations that are written while GitLab works on the next calls. */
  readonly #writing: Promise<void>[] = []
  readonly #writeFailures: unknown[] = []
  #lastUnsettled = 'did not answer'

  constructor(change: SeatChange, context: CallContext) {
    this.#change = change
    this.#context = context
    this.#idsPerCall = context.gitlab.capabilities.idsPerCall
  }

  /** Full calls run in parallel, as each user has a free seat. A shorter one comes last: it may fit where a full call did not. */
  async sendRound(changes: readonly PendingChange[]): Promise<Round> {
    const ends = new Set<CallEnd>()
    const send = (batch: readonly PendingChange[]) => this.#sendBatch(batch, ends)
    const batches = splitIntoBatches(changes, this.#idsPerCall)
    const full = batches.filter((batch) => batch.length === this.#idsPerCall)
    try {
      await inParallel(full, callsInFlight, send)
      for (const shorter of batches.slice(full.length)) await send(shorter)
    } finally {
      await Promise.all(this.#writing.splice(0))
      this.#requireWritten()
    }
    return { end: judgeRound(ends), lastUnsettled: this.#lastUnsettled }
  }

  async #sendBatch(batch: readonly PendingChange[], ends: Set<CallEnd>): Promise<void> {
    if (ends.has('too_few_seats')) return
    await changeNarrowingDown(batch, async (part) => {
      this.#context.signal.throwIfAborted()
      this.#requireWritten()
      const isBulk = part.length > 1
      const end = isBulk && this.#isBulkRejected ? 'not_in_bulk' : await this.#call(part)
      ends.add(end)
      return end
    })
  }

  async #call(batch: readonly PendingChange[]): Promise<CallEnd> {
    const userIds = batch.map(({ userId }) => userId)
    const { ledger } = this.#context
    // GitLab has shown the purchase since it rejected a call for several users.
    const isShown = this.#isBulkRejected
    try {
      const end = await this.#settle(batch, await this.#changeSeats(userIds), isShown)
      if (end !== 'done' && end !== 'refused') await ledger.endCall(userIds)
      return end
    } catch (error) {
      if (error instanceof UserError && !mayGoOn(error)) await ledger.endCall(userIds)
      if (!(error instanceof UnansweredError)) throw error
      this.#lastUnsettled = error.what
      return 'unanswered'
    }
  }

  /** @param isShown GitLab has shown the purchase between an earlier call that it rejected and this one */
  async #settle(batch: readonly PendingChange[], answer: SeatAnswer, isShown: boolean): Promise<CallEnd> {
    if (answer.kind === 'refused') return this.#settleRefusal(batch, answer)
    if (answer.kind === 'not_shown') return this.#settleNotShown(batch, isShown)
    if (answer.kind === 'too_many') {
      this.#idsPerCall = Math.min(this.#idsPerCall, 50)
      this.#lastUnsettled = quoteAnswer(answer.message)
      return 'too_many'
    }
    this.#confirm(batch)
    return 'done'
  }

  async #settleRefusal(
    batch: readonly PendingChange[],
    { code, refusal }: Extract<SeatAnswer, { kind: 'refused' }>,
  ): Promise<CallEnd> {
    const { gitlab, ledger } = this.#context
    if (refusal.kind === 'shortage') {
      this.#lastUnsettled = quoteAnswer(code)
      return 'too_few_seats'
    }
    if (refusal.kind === 'add_on')
      await ledger.refuse(this.#change, batch, { outcome: refusal.outcome, reason: null, detail: null })
    else if (batch.length > 1) return 'some_refused'
    else if (refusal.kind === 'ineligible')
      await ledger.refuseUsers(this.#change, batch, await explainIneligibility(batch, gitlab))
    else
      await ledger.refuseUsers(this.#change, batch, {
        outcome: 'refused_by_gitlab',
        reason: null,
        detail: code,
      })
    return 'refused'
  }

  /**
   * GitLab 17.2 on Self-Managed and other versions have calls for several users behind a feature flag, and reject them like a
   * token without the right. A single call shows the right.
   */
  async #settleNotShown(batch: readonly PendingChange[], isShown: boolean): Promise<CallEnd> {
    if (batch.length === 1) return this.#settleSingleNotShown(batch, isShown)
    await this.#context.requirePurchase()
    this.#isBulkRejected = true
    return 'not_in_bulk'
  }

  /**
   * GitLab has one answer for an expired purchase, for a token without the right, and for a user who is gone. The purchase may have
   * been over for a moment, so the call is sent again.
   */
  async #settleSingleNotShown(batch: readonly PendingChange[], isShown: boolean): Promise<CallEnd> {
    const { gitlab, requirePurchase } = this.#context
    const gone = await findGone(this.#change, batch, await requirePurchase(), gitlab)
    if (gone.length > 0) return this.#settleGone(gone)
    if (isShown)
      throw new DeniedError(
        'This token can read seats but not change them.',
        'The token needs the scope api, and its user must be an administrator, or an Owner of the group.',
      )
    const userIds = batch.map(({ userId }) => userId)
    return this.#settle(batch, await this.#changeSeats(userIds), true)
  }

  /** A user who is gone holds no seat, so a removal is done. */
  async #settleGone(gone: readonly PendingChange[]): Promise<CallEnd> {
    if (this.#change === 'take') this.#confirm(gone)
    else
      await this.#context.ledger.refuseUsers('give', gone, {
        outcome: 'invalid_user_membership',
        reason: 'gone',
        detail: null,
      })
    return 'refused'
  }

  #changeSeats(userIds: readonly number[]): Promise<SeatAnswer> {
    const { gitlab, ledger } = this.#context
    const onSend = () => ledger.beginCall(this.#change, userIds)
    return gitlab.changeSeats(this.#change, ledger.purchase.id, userIds, onSend)
  }

  /** Does not wait for the store: the next call goes out meanwhile. */
  #confirm(batch: readonly PendingChange[]): void {
    const userIds = batch.map(({ userId }) => userId)
    const writing = this.#context.ledger.confirm(this.#change, userIds)
    this.#writing.push(writing.catch((error: unknown) => void this.#writeFailures.push(error)))
  }

  /** @throws an earlier failure to write: the next answer could not be written either */
  #requireWritten(): void {
    if (this.#writeFailures.length > 0) throw this.#writeFailures[0]
  }
}

/** Without an answer, GitLab may still work on the call. */
function mayGoOn(error: UserError): boolean {
  return error instanceof UnansweredError && !error.isOver
}

function quoteAnswer(text: string): string {
  return `answered with "${text}"`
}

function judgeRound(ends: ReadonlySet<CallEnd>): RoundEnd {
  if (ends.has('unanswered')) return 'unknown'
  return ends.has('too_few_seats') ? 'short' : 'answered'
}
