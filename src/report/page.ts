import type { Instant } from '../domain/day.ts'
import { plainStyle, type Style } from './style.ts'
import type { TextOutput } from './text-output.ts'

export interface Page {
  output: TextOutput
  style: Style
  /** In columns; null: no wrapping. */
  width: number | null
  /** As typed with `--store`; null without. */
  namedStore: string | null
  /** Hides the table; formats for machines are written anyway. */
  isQuiet: boolean
  /** Keys of the only columns to print; null: the usual ones. */
  columns: readonly string[] | null
  /** For the age of a time; absent: no ages. */
  now?: Instant
}

export function createFilePage(output: TextOutput): Page {
  return { output, style: plainStyle, width: null, namedStore: null, isQuiet: false, columns: null }
}
