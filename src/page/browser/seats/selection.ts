/** Across all pages and searches. */
export interface Selection {
  ids: ReadonlySet<number>
  /** Index of the row that was clicked last: one end of a range. */
  anchor: number | null
}

export const emptySelection: Selection = { ids: new Set(), anchor: null }

export function toggleOne({ ids }: Selection, id: number, index: number): Selection {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return { ids: next, anchor: index }
}

export function addAll({ ids }: Selection, more: readonly number[], anchor: number | null): Selection {
  return { ids: new Set([...ids, ...more]), anchor }
}

export function removeAll({ ids }: Selection, less: readonly number[]): Selection {
  const next = new Set(ids)
  for (const id of less) next.delete(id)
  return { ids: next, anchor: null }
}
