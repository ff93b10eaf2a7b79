/**
 * Works on all items in order, at most `lanes` at a time. After a failure no item is begun, and the failure is thrown once the work
 * in flight has ended.
 */
export async function inParallel<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const failures: unknown[] = []
  const runLane = async () => {
    for (const item of queue) {
      if (failures.length > 0) return
      await work(item).catch((error: unknown) => failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, runLane))
  if (failures.length > 0) throw failures[0]
}
