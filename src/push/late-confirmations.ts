import type { SeatChange } from '../domain/seat-change.ts'
import type { PendingChange } from '../store/pending-changes.ts'
import type { PushLedger } from './push-ledger.ts'

/** Confirmations that are written while GitLab works on the next calls. */
export class LateConfirmations {
  readonly #change: SeatChange
  readonly #ledger: PushLedger
  readonly #writing: Promise<void>[] = []
  readonly #failures: unknown[] = []

  constructor(change: SeatChange, ledger: PushLedger) {
    this.#change = change
    this.#ledger = ledger
  }

  begin(batch: readonly PendingChange[]): void {
    const userIds = batch.map(({ userId }) => userId)
    const writing = this.#ledger.confirm(this.#change, userIds)
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
