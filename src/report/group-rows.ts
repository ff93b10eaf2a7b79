const rowsPerGroup = 1000

/** Rows a thousand at a time: what is written goes out in pieces, and a report of any length stays flat in memory. */
export function* groupRows<Row>(rows: Iterable<Row>): Generator<Row[]> {
  let group: Row[] = []
  for (const row of rows) {
    group.push(row)
    if (group.length === rowsPerGroup) {
      yield group
      group = []
    }
  }
  if (group.length > 0) yield group
}
