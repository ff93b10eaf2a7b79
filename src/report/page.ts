import { plainStyle, type Style } from './style.ts'
import type { TextOutput } from './text-output.ts'

/** Where a report is written to, and how. */
export interface Page {
  output: TextOutput
  style: Style
  /** Columns to wrap a table to; null: no wrapping. */
  width: number | null
  /** People want no table; what is for machines is written all the same. */
  isQuiet: boolean
}

/** A page of a file: no colour, no wrapping, never quiet. */
export function createFilePage(output: TextOutput): Page {
  return { output, style: plainStyle, width: null, isQuiet: false }
}
