/** Columns that a file of rejects adds after the columns of its input. */
export const rejectColumns = ['line', 'outcome', 'message'] as const

/** A column name for comparison: case, spaces, `-` and `_` do not count. */
export function foldColumn(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '')
}

export function isRejectColumn(name: string): boolean {
  const folded = foldColumn(name)
  return rejectColumns.some((column) => column === folded)
}
