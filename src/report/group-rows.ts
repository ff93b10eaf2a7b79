const rowsPerGroup = 1000

/** Output goes out in pieces, and memory stays flat for a report of any length. */
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
