import { countWords } from '../domain/count-words.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { WorkContext } from '../session.ts'
import type { CallInFlight } from '../store/calls-in-flight.ts'

interface WaitContext extends WorkContext {
  gitlab: GitLab
}

/** A wait for GitLab to show the changes of calls without an answer, until it must be done with them. */
export class AnswerWait {
  readonly #context: WaitContext
  /** By the clock that no user sets, in milliseconds; null before the first wait. */
  #endAt: number | null = null
  #readings = 0

  constructor(context: WaitContext) {
    this.#context = context
  }

  /**
   * Waits before the next reading, with back-off.
   *
   * @param unclear calls whose changes the last reading did not show
   * @returns false once GitLab must be done
   * @throws UnreachableError when `--timeout` leaves no time to wait; the signal's reason
   */
  async waitForMore(unclear: readonly CallInFlight[]): Promise<boolean> {
    if (unclear.length === 0) return false
    this.#endAt ??= this.#begin(unclear)
    if (performance.now() >= this.#endAt) return false
    this.#readings += 1
    const what = `has not shown yet whether it made ${countWords(unclear.length, 'change')} without an answer`
    await this.#context.gitlab.waitAfterFailures(this.#readings, what)
    return true
  }

  #begin(unclear: readonly CallInFlight[]): number {
    const mostMs = Math.max(...unclear.map((call) => this.#countLeftMs(call)))
    if (mostMs > 0) this.#context.tell({ kind: 'waiting_for_gitlab', changes: unclear.length, mostMs })
    return performance.now() + mostMs
  }

  /** The clock may have been set back since the call. */
  #countLeftMs({ sentAt }: CallInFlight): number {
    const { gitlab, readClock } = this.#context
    const passedMs = Math.max(0, Date.parse(readClock()) - Date.parse(sentAt))
    return Math.max(0, gitlab.mostWorkMs - passedMs)
  }
}
