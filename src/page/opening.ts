import { randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * An address for the arguments of a browser, which other users of the machine may see: it leads to the secret once, and
 * only soon after the start.
 */
export class Opening {
  readonly path = `/open/${randomBytes(24).toString('base64url')}`
  readonly #endsAt: number
  #isUsed = false

  /** @param now in milliseconds, as {@link take} */
  constructor(now: number) {
    this.#endsAt = now + 60_000
  }

  /** @returns whether the path leads to the secret; a second time it does not */
  take(path: string, now: number): boolean {
    const isRight =
      path.length === this.path.length && timingSafeEqual(Buffer.from(path), Buffer.from(this.path))
    if (!isRight || this.#isUsed || now > this.#endsAt) return false
    this.#isUsed = true
    return true
  }
}
