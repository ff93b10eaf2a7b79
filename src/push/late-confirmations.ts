import type { SeatChange } from '../domain/seat-change.ts'
import type { PushLedger } from './push-ledger.ts'

/** Confirmations that are written while GitLab works on the next calls. */
export class LateConfirmations {
  readonly #ledger: PushLedger
  readonly #writing: Promise<void>[] = []
  readonly #failures: unknown[] = []

  constructor(ledger: PushLedger) {
    this.#ledger = ledger
  }

  begin(change: SeatChange, userIds: readonly number[]): void {
    const writing = this.#ledger.confirm(change, userIds)
    this.#writing.push(writing.catch((error: unknown) => void this.#failures.push(error)))
  }

  /** @throws an earlier failure to write: the next answer could not be written either */
  requireWritten(): void {
    if (this.#failures.length > 0) throw this.#failures[0]
  }

  /** @throws a failure to write */
  async finish(): Promise<void> {
    await Promise.all(this.#writing.splice(0))
    this.requireWritten()
  }
}
