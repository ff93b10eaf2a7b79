import type { Outcome } from '../domain/outcome.ts'
import type { SeatChange } from '../domain/pushed.ts'
import { splitIntoBatches } from '../domain/split-into-batches.ts'
import { findIneligibility } from '../domain/user.ts'
import type { GitLab, PurchaseReading } from '../gitlab/gitlab.ts'
import { DeniedError, UnansweredError } from '../gitlab/gitlab-error.ts'
import type { PendingSeat, Refusal } from '../store/pending-change.ts'
import { inParallel } from './in-parallel.ts'
import { type CallEnd, changeNarrowingDown } from './narrow-down.ts'
import type { PushLedger } from './push-ledger.ts'

export interface CallContext {
  gitlab: GitLab
  signal: AbortSignal
  ledger: PushLedger
  purchaseId: number
  /** @throws DeniedError when GitLab does not show the purchase any more */
  readPurchase: () => Promise<PurchaseReading>
  /** Lets requests out. */
  pause: () => Promise<void>
}

/** Mutations in flight: GitLab takes a lock on the purchase for each, so that more of them would only wait there. */
const callsInFlight = 4

/** GitLab's codes for a shortage: of a single seat, and of a whole call. */
const shortageCodes = ['NO_SEATS_AVAILABLE', 'NOT_ENOUGH_SEATS']

/** GitLab's codes for somebody who may have no seat: alone, and in a whole call. */
const ineligibilityCodes = ['INVALID_USER_MEMBERSHIP', 'INVALID_USER_ID_PRESENT']

/** GitLab's codes that are about the add-on, so that every user would be refused alike. */
const outcomesOfAddOn: Record<string, Outcome> = {
  SEAT_ASSIGNMENT_NOT_SUPPORTED: 'seat_assignment_not_supported',
  INCOMPATIBLE_ADD_ON: 'incompatible_add_on',
}

/** Whether all calls were answered; where one was not, or found too few seats, nobody knows how GitLab stands. */
export type SendEnd = 'answered' | 'unknown'

/** Calls that bring pending changes of one direction to GitLab. */
export class SeatCalls {
  readonly #change: SeatChange
  readonly #context: CallContext
  #idsPerCall: number
  /** What is being written down, while GitLab works on the next calls. */
  readonly #writing: Promise<void>[] = []
  readonly #writeFailures: unknown[] = []
  #lastUnsettled = 'answered nothing'

  constructor(change: SeatChange, context: CallContext) {
    this.#change = change
    this.#context = context
    this.#idsPerCall = context.gitlab.capabilities.idsPerCall
  }

  /** What GitLab said to the last call that settled nothing: goes on after its name. */
  get lastUnsettled(): string {
    return this.#lastUnsettled
  }

  /**
   * Sends in calls of as many as GitLab takes. There is a free seat for each, as far as anybody knows, so that several calls
   * may be in flight. Only a shorter one waits for the others: should seats be lacking after all, it could find one where a
   * longer one before it found too few.
   */
  async send(seats: readonly PendingSeat[]): Promise<SendEnd> {
    const ends = new Set<CallEnd>()
    const send = async (batch: readonly PendingSeat[]) => {
      if (!ends.has('too_few_seats')) await changeNarrowingDown(batch, (part) => this.#call(part, ends))
    }
    const batches = splitIntoBatches(seats, this.#idsPerCall)
    const full = batches.filter((batch) => batch.length === this.#idsPerCall)
    try {
      await inParallel(full, callsInFlight, send)
      await inParallel(batches.slice(full.length), 1, send)
    } finally {
      await Promise.all(this.#writing.splice(0))
      this.#requireWritten()
    }
    return ends.has('unanswered') || ends.has('too_few_seats') ? 'unknown' : 'answered'
  }

  /** One call, its answer written down. */
  async #call(batch: readonly PendingSeat[], ends: Set<CallEnd>): Promise<CallEnd> {
    this.#context.signal.throwIfAborted()
    this.#requireWritten()
    const end = await this.#callOrLoseTrack(batch)
    ends.add(end)
    return end
  }

  async #callOrLoseTrack(batch: readonly PendingSeat[]): Promise<CallEnd> {
    const userIds = batch.map(({ userId }) => userId)
    try {
      const answer = await this.#changeSeats(userIds)
      if (answer.kind === 'refused') return await this.#judgeRefusal(batch, answer.code)
      if (answer.kind === 'not_shown') return await this.#explainNotShown(batch)
      if (answer.kind === 'too_many') {
        this.#idsPerCall = Math.min(this.#idsPerCall, 50)
        return this.#leaveUnsettled('too_many', quoteAnswer(answer.message))
      }
      this.#confirmSoon(userIds)
      return 'done'
    } catch (error) {
      if (error instanceof UnansweredError) return this.#leaveUnsettled('unanswered', error.what)
      throw error
    }
  }

  /** @param what GitLab said, which the one who gives up after it has to tell */
  #leaveUnsettled(end: CallEnd, what: string): CallEnd {
    this.#lastUnsettled = what
    return end
  }

  async #judgeRefusal(batch: readonly PendingSeat[], code: string): Promise<CallEnd> {
    if (this.#change === 'give' && shortageCodes.includes(code))
      return this.#leaveUnsettled('too_few_seats', quoteAnswer(code))
    const ofAddOn = outcomesOfAddOn[code]
    if (ofAddOn !== undefined) this.#refuse(batch, { outcome: ofAddOn, reason: null, detail: null })
    else if (batch.length > 1) return 'someone_refused'
    else if (!ineligibilityCodes.includes(code) || this.#change === 'take')
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
    await this.#context.readPurchase()
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
    this.#settleGone(gone)
    return 'refused'
  }

  #changeSeats(userIds: readonly number[]): ReturnType<GitLab['giveSeats']> {
    const { gitlab, purchaseId } = this.#context
    return this.#change === 'give'
      ? gitlab.giveSeats(purchaseId, userIds)
      : gitlab.takeSeats(purchaseId, userIds)
  }

  /** Who is gone holds no seat, which is what taking it was for. */
  #settleGone(gone: readonly PendingSeat[]): void {
    if (this.#change === 'take') this.#confirm(gone.map(({ userId }) => userId))
    else this.#refuseUsers(gone, { outcome: 'invalid_user_membership', reason: 'gone', detail: null })
  }

  /** The next call goes out first. */
  #confirmSoon(userIds: readonly number[]): void {
    const writing = this.#context.pause().then(() => this.#confirm(userIds))
    this.#writing.push(writing.catch((error: unknown) => void this.#writeFailures.push(error)))
  }

  /** @throws what kept an answer from being written down: the next one could not be either */
  #requireWritten(): void {
    if (this.#writeFailures.length > 0) throw this.#writeFailures[0]
  }

  #confirm(userIds: readonly number[]): void {
    this.#context.ledger.confirm(this.#change, userIds)
  }

  #refuse(seats: readonly PendingSeat[], refusal: Refusal): void {
    this.#context.ledger.refuse(this.#change, seats, refusal)
  }

  #refuseUsers(seats: readonly PendingSeat[], refusal: Refusal): void {
    this.#context.ledger.refuseUsers(this.#change, seats, refusal)
  }
}

function quoteAnswer(text: string): string {
  return `answered with "${text}"`
}
