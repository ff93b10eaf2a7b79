/**
 * Works on several items at a time and yields results as they come. The next item begins before a result is yielded, to keep all
 * lanes at work while the caller is busy. When the caller stops or an item fails, the rest is aborted and awaited.
 */
export async function* inAnyOrder<Item, Result>(
  items: Iterable<Item>,
  lanes: number,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const queue = items[Symbol.iterator]()
  const inFlight = new Map<number, Promise<{ key: number; result: Result }>>()
  let begun = 0
  const begin = () => {
    const next = queue.next()
    if (next.done) return
    const key = begun++
    const task = work(next.value, either).then((result) => ({ key, result }))
    // The race below may not wait for this task yet: without a handler, a rejection would end the process.
    task.catch(() => {})
    inFlight.set(key, task)
  }
  try {
    for (let lane = 0; lane < lanes; lane += 1) begin()
    while (inFlight.size > 0) {
      const { key, result } = await Promise.race(inFlight.values())
      inFlight.delete(key)
      begin()
      yield result
    }
  } finally {
    stop.abort()
    await Promise.allSettled(inFlight.values())
  }
}
