/** The first rows of a list, and the number behind which the others are; null without others. */
interface PageRows<Row> {
  rows: Row[]
  next: number | null
}

/** @param found may have one row more than `limit` */
export function takePage<Row>(
  found: Iterable<Row>,
  limit: number,
  numberOf: (row: Row) => number,
): PageRows<Row> {
  const all = [...found]
  const rows = all.slice(0, limit)
  const last = rows.at(-1)
  return { rows, next: all.length > limit && last !== undefined ? numberOf(last) : null }
}
