/** The data of an event `progress`. */
export interface PageProgress {
  message: string
  /** Null if the share is unknown. */
  done: number | null
  total: number | null
}
