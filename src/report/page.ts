import { plainStyle, type Style } from './style.ts'
import type { TextOutput } from './text-output.ts'

export interface Page {
  output: TextOutput
  style: Style
  /** In columns; null: no wrapping. */
  width: number | null
  /** As typed with `--store`; absent without. */
  namedStore?: string | null
  /** Hides the table; formats for machines are written anyway. */
  isQuiet: boolean
}

export function createFilePage(output: TextOutput): Page {
  return { output, style: plainStyle, width: null, isQuiet: false }
}
