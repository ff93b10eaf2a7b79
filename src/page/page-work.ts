import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { WorkEvent } from '../domain/work-event.ts'
import { createInterruption, explainAbort, UserError } from '../errors.ts'
import { describeEvent } from '../report/describe-event.ts'
import type { ChangeFeed } from './change-feed.ts'

/** For work that waits for a lock or for GitLab when the page ends; afterwards it is interrupted. */
const graceMs = 10_000

interface WorkParts {
  feed: ChangeFeed
  /** Shows notes and warnings where the page was started. */
  tell: (event: WorkEvent) => void
}

/** All that the page writes. Ending waits for it. */
export class PageWork {
  readonly #parts: WorkParts
  readonly #interruption = new AbortController()
  readonly #running = new Set<Promise<unknown>>()
  #isEnding = false
  #interrupted: UserError | null = null
  /** The name of the shown work that an event comes from: a plan may be made during a push. */
  readonly #label = new AsyncLocalStorage<string>()
  #shown = 0

  constructor(parts: WorkParts) {
    this.#parts = parts
  }

  get signal(): AbortSignal {
    return this.#interruption.signal
  }

  get isRunning(): boolean {
    return this.#running.size > 0
  }

  /** Rejects with the interruption once {@link end} was called, and after its grace. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isEnding) throw createInterruption()
    const running = this.#perform(work).finally(() => {
      this.#running.delete(running)
      this.#parts.feed.check()
    })
    this.#running.add(running)
    return running
  }

  async #perform<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const failure = explainAbort(error, this.signal, createInterruption())
      if (failure instanceof UserError) this.noteFailure(failure)
      throw failure
    }
  }

  /** {@link end} returns an interruption again. */
  noteFailure(failure: UserError): void {
    if (failure.exit === 'interrupted') this.#interrupted = failure
  }

  /** Shows the progress of a plan, a push or a sync on every page. */
  async show<T>(label: string, work: () => Promise<T>): Promise<T> {
    this.#shown += 1
    this.#parts.feed.tellProgress({ message: label, done: null })
    try {
      return await this.#label.run(label, work)
    } finally {
      this.#shown -= 1
      if (this.#shown === 0) this.#parts.feed.tellProgress(null)
    }
  }

  /** A run of this process is not cut off. */
  readonly tell = (event: WorkEvent): void => {
    if (event.kind === 'cut_off_run' || event.kind === 'clock_behind') return
    const { manner, text, done } = describeEvent(event)
    const label = this.#label.getStore()
    if (manner !== 'progress') this.#parts.tell(event)
    else if (label !== undefined)
      this.#parts.feed.tellProgress({ message: `${label} ${text}`.trimEnd(), done })
  }

  /** @returns how a change or a sync was interrupted; null without an interruption */
  async end(): Promise<UserError | null> {
    this.#isEnding = true
    const ended = Promise.allSettled(this.#running)
    await Promise.race([ended, delay(graceMs, undefined, { ref: false })])
    this.#interruption.abort()
    await Promise.allSettled(this.#running)
    return this.#interrupted
  }
}
