import type { SeatChange } from '../domain/seat-change.ts'
import { UnreachableError } from '../gitlab/http/gitlab-error.ts'
import type { PushContext } from './push-context.ts'
import { type RoundEnd, SeatCalls } from './seat-calls.ts'

/** In a row, before the push gives up. */
const mostFruitlessRounds = 5

export interface Round {
  end: RoundEnd
  /** Rounds in a row that settled nothing. */
  fruitless: number
}

/** Each round sends all pending changes of one kind. */
export class PushRounds {
  readonly #change: SeatChange
  readonly #context: PushContext
  readonly #calls: SeatCalls
  #fruitless = 0

  constructor(change: SeatChange, context: PushContext) {
    this.#change = change
    this.#context = context
    this.#calls = new SeatCalls(change, context)
  }

  /**
   * Waits after a fruitless round, with back-off.
   *
   * @returns null if nothing was pending
   * @throws UnreachableError after too many fruitless rounds, or without the time to wait
   */
  async send(): Promise<Round | null> {
    const { ledger } = this.#context
    const changes = ledger.list(this.#change)
    if (changes.length === 0) return null
    ledger.recount()
    const settledBefore = ledger.settled
    const { end, lastUnsettled } = await this.#calls.sendRound(changes)
    this.#fruitless = ledger.settled > settledBefore ? 0 : this.#fruitless + 1
    if (this.#fruitless > 0) await this.#wait(lastUnsettled)
    return { end, fruitless: this.#fruitless }
  }

  async #wait(lastUnsettled: string): Promise<void> {
    if (this.#fruitless < mostFruitlessRounds)
      return this.#context.gitlab.waitAfterFailures(this.#fruitless, lastUnsettled)
    throw new UnreachableError(
      `GitLab completed no change in ${mostFruitlessRounds} attempts. The last time it ${lastUnsettled}.`,
      'Wait until it works again.',
    )
  }
}
