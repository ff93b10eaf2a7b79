/** The data of an event `progress`. */
export interface PageProgress {
  message: string
  /** A share, from 0 to 1; null if it is unknown. */
  done: number | null
}

/** A list that the server keeps, as it was read. */
export interface ListDocument {
  list: {
    id: string
    name: string
    bytes: number
    /** Null for a list that cannot be read. */
    rows: number | null
    /** Null without a header. */
    columns: readonly string[] | null
    /** Columns that name the users. */
    key_columns: readonly string[]
    delimiter: string | null
    /** Sentences about what does not count. */
    notes: readonly string[]
    /** Why the list is refused as a whole. */
    problem: { code: string; message: string; hint: string } | null
    /** Names to choose from for a list that is not UTF-8. */
    encodings: readonly string[]
  }
}

/** For the browser to save. */
export interface ListFileDocument {
  file: { name: string; text: string }
}
