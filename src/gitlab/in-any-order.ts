/**
 * Works on items, so many at a time, and yields results as they come. The next item is begun before a result is handed over, so
 * that there is work in flight while the caller is busy; no more results wait than there are lanes. When the caller stops or
 * something fails, the rest is aborted and awaited: nothing goes on behind anybody's back.
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
    // Whoever waits for it gets the failure, too; nobody may wait at that moment.
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
