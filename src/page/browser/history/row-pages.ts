/** The newest rows of a list. */
export interface RowPages<Row> {
  rows: readonly Row[]
  /** `before` of the next page; null without older rows. */
  next: number | null
}

/** Rows that were read before stay below the newest ones, unless rows between them are unknown. */
export function joinNewest<Row>(
  old: RowPages<Row>,
  newest: RowPages<Row>,
  numberOf: (row: Row) => number,
): RowPages<Row> {
  const last = newest.rows.at(-1)
  if (last === undefined || newest.next === null) return newest
  const least = numberOf(last)
  const older = old.rows.filter((row) => numberOf(row) < least)
  if (older.length === 0 || older.length === old.rows.length) return newest
  return { rows: [...newest.rows, ...older], next: old.next }
}

export function joinOlder<Row>(old: RowPages<Row>, { rows, next }: RowPages<Row>): RowPages<Row> {
  return { rows: [...old.rows, ...rows], next }
}
