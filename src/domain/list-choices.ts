/** How a user settled rows of a list that are not clear. Lines are physical ones, from 1. */
export interface ListChoices {
  /** The id of the user that a row means, by line. */
  settled: ReadonlyMap<number, number>
  /** Lines of rows that do not count. */
  leftOut: ReadonlySet<number>
}
