/** Columns that a file of rejects adds behind those of its input. */
export const rejectColumns = ['line', 'outcome', 'message'] as const

/** The form in which names of columns are compared: case, spaces, `-` and `_` do not count. */
export function foldColumn(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '')
}

export function isRejectColumn(name: string): boolean {
  const folded = foldColumn(name)
  return rejectColumns.some((column) => column === folded)
}
