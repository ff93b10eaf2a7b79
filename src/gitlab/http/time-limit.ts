/** A request took longer than it may. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError'

  constructor(timeLimitMs: number) {
    super(`no answer within ${timeLimitMs / 1000} s`)
  }
}

/**
 * Does work that ends with the caller's signal or after a time, whichever comes first. The timer and the listener are its own
 * and taken back: what is joined to a long-lived signal with `AbortSignal.any` stays in memory.
 *
 * @throws TimeLimitError; the signal's reason; whatever the work throws
 */
export async function limitTime<T>(
  timeLimitMs: number,
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const controller = new AbortController()
  const abort = () => controller.abort(signal.reason)
  const timer = setTimeout(() => controller.abort(new TimeLimitError(timeLimitMs)), timeLimitMs)
  signal.addEventListener('abort', abort)
  try {
    return await work(controller.signal)
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}
