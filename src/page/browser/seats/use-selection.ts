import { useEffect, useState } from 'preact/hooks'
import type { Api } from '../api.ts'
import type { UserRow } from '../documents.ts'
import type { Notices } from '../frame/notices.ts'
import { requireFailure } from '../request-failure.ts'
import { addAll, emptySelection, removeAll, type Selection, toggleOne } from './selection.ts'

interface SelectionState {
  current: Selection
  select(row: UserRow, index: number, isRange: boolean): void
  /** All that the query matches. */
  selectAll(isSelected: boolean): void
  clear(): void
}

export function useSelection(api: Api, query: string, notices: Notices): SelectionState {
  const [current, setCurrent] = useState(emptySelection)
  useEffect(() => setCurrent(({ ids }) => ({ ids, anchor: null })), [query])
  const readIds = (use: (ids: readonly number[]) => void) =>
    api.readUserIds(query).then(
      ({ user_ids }) => use(user_ids),
      (error: unknown) => notices.add(requireFailure(error).message, 'problem'),
    )
  const selectRange = (from: number, to: number) => {
    const [first, last] = from < to ? [from, to] : [to, from]
    void readIds((ids) => setCurrent((old) => addAll(old, ids.slice(first, last + 1), to)))
  }
  return {
    current,
    select: (row, index, isRange) => {
      if (isRange && current.anchor !== null) selectRange(current.anchor, index)
      else setCurrent((old) => toggleOne(old, row.user_id, index))
    },
    selectAll: (isSelected) =>
      void readIds((ids) => setCurrent((old) => (isSelected ? addAll(old, ids, null) : removeAll(old, ids)))),
    clear: () => setCurrent(emptySelection),
  }
}
