import type { SeatChange } from '../domain/seat-change.ts'
import { splitIntoBatches } from '../domain/split-into-batches.ts'
import { UserError } from '../errors.ts'
import type { SeatAnswer } from '../gitlab/change-seats.ts'
import { DeniedError, UnansweredError } from '../gitlab/http/gitlab-error.ts'
import type { PendingChange } from '../store/pending-changes.ts'
import { inParallel } from './in-parallel.ts'
import { LateConfirmations } from './late-confirmations.ts'
import { type CallEnd, changeNarrowingDown } from './narrow-down.ts'
import type { PushContext } from './push-context.ts'
import { type SettledCall, settleAnswer } from './settle-answer.ts'

/** GitLab locks the purchase for each mutation, so more of them would wait there. */
const callsInFlight = 4

/** For a GitLab that accepts fewer ids in a call than its version suggests. */
const fewerIdsPerCall = 50

/** `unknown`: an answer was lost. `short`: seats ran out. After both, GitLab must be read again. */
export type RoundEnd = 'answered' | 'short' | 'unknown'

interface Round {
  end: RoundEnd
  /** GitLab's answer to the last call that settled nothing, as a predicate. */
  lastUnsettled: string
}

export class SeatCalls {
  readonly #change: SeatChange
  readonly #context: PushContext
  readonly #confirmations: LateConfirmations
  #idsPerCall: number
  /** Whether GitLab rejected a call for several users that may be valid for each of them. */
  #isBulkRejected = false
  #lastUnsettled = 'did not answer'

  constructor(change: SeatChange, context: PushContext) {
    this.#change = change
    this.#context = context
    this.#confirmations = new LateConfirmations(change, context.ledger)
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
      await this.#confirmations.finish()
    }
    return { end: judgeRound(ends), lastUnsettled: this.#lastUnsettled }
  }

  async #sendBatch(batch: readonly PendingChange[], ends: Set<CallEnd>): Promise<void> {
    if (ends.has('too_few_seats')) return
    await changeNarrowingDown(batch, async (part) => {
      this.#context.signal.throwIfAborted()
      this.#confirmations.requireWritten()
      const isBulk = part.length > 1
      const end = isBulk && this.#isBulkRejected ? 'not_in_bulk' : await this.#call(part)
      ends.add(end)
      return end
    })
  }

  async #call(batch: readonly PendingChange[]): Promise<CallEnd> {
    const userIds = batch.map(({ userId }) => userId)
    const { ledger } = this.#context
    try {
      const { end, unsettled } = await this.#callUntilShown(batch, userIds)
      if (end === 'not_in_bulk') this.#isBulkRejected = true
      if (end === 'too_many') this.#idsPerCall = Math.min(this.#idsPerCall, fewerIdsPerCall)
      if (unsettled !== null) this.#lastUnsettled = unsettled
      if (end !== 'done' && end !== 'refused') await ledger.endCall(userIds)
      return end
    } catch (error) {
      if (error instanceof UserError && !mayGoOn(error)) await ledger.endCall(userIds)
      if (!(error instanceof UnansweredError)) throw error
      this.#lastUnsettled = error.what
      return 'unanswered'
    }
  }

  /** The purchase may have been over for a moment, so the call is sent again once GitLab has shown it. */
  async #callUntilShown(
    batch: readonly PendingChange[],
    userIds: readonly number[],
  ): Promise<SettledCall & { end: CallEnd }> {
    const context = { ...this.#context, change: this.#change, confirmations: this.#confirmations }
    // GitLab has shown the purchase since it rejected a call for several users.
    for (let isShown = this.#isBulkRejected; ; isShown = true) {
      const { end, unsettled } = await settleAnswer(await this.#changeSeats(userIds), batch, context)
      if (end !== 'not_shown') return { end, unsettled }
      if (isShown)
        throw new DeniedError(
          'This token can read seats but not change them.',
          'The token needs the scope api, and its user must be an administrator, or an Owner of the group.',
        )
    }
  }

  #changeSeats(userIds: readonly number[]): Promise<SeatAnswer> {
    const { gitlab, ledger } = this.#context
    const onSend = () => ledger.beginCall(this.#change, userIds)
    return gitlab.changeSeats(this.#change, ledger.purchase.id, userIds, onSend)
  }
}

/** Without an answer, GitLab may still work on the call. */
function mayGoOn(error: UserError): boolean {
  return error instanceof UnansweredError && !error.isOver
}

function judgeRound(ends: ReadonlySet<CallEnd>): RoundEnd {
  if (ends.has('unanswered')) return 'unknown'
  return ends.has('too_few_seats') ? 'short' : 'answered'
}
