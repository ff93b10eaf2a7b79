export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError'

  constructor(awaited: string, timeLimitMs: number) {
    super(`no ${awaited} within ${timeLimitMs / 1000} s`)
  }
}

/**
 * Aborts `work` with the caller's signal or after `timeLimitMs`. `AbortSignal.any` is not used for each request: what it
 * joins to a long-lived signal stays in memory.
 *
 * @param awaited for the error: `answer`, `connection`
 * @throws TimeLimitError; the signal's reason; the error of `work`
 */
export async function limitTime<T>(
  timeLimitMs: number,
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<T>,
  awaited = 'answer',
): Promise<T> {
  signal.throwIfAborted()
  const controller = new AbortController()
  const abort = () => controller.abort(signal.reason)
  const expire = () => controller.abort(new TimeLimitError(awaited, timeLimitMs))
  const timer = setTimeout(expire, timeLimitMs)
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
