export const rejectColumns = ['line', 'outcome', 'message'] as const

/** Ignores case, spaces, `-` and `_`. */
export function foldColumn(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '')
}

export function isRejectColumn(name: string): boolean {
  const folded = foldColumn(name)
  return rejectColumns.some((column) => column === folded)
}
