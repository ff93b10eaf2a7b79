import { toSafeJson } from '../escape-controls.ts'
import type { Row, RowValue } from '../report-document.ts'
import type { TableColumn } from './column-table.ts'

/**
 * The columns with these keys, in this order, and none is left out. A key that the table does not have shows the value of the row.
 *
 * @param keys null: the columns of the table
 */
export function chooseColumns<Item>(
  columns: readonly TableColumn<Item>[],
  keys: readonly string[] | null,
  toRow: (item: Item) => Row,
): readonly TableColumn<Item>[] {
  if (keys === null) return columns
  return keys.map((key) => {
    const { leftOut: _, ...column } = columns.find((known) => known.key === key) ?? {
      key,
      header: key.toUpperCase().replaceAll('_', ' '),
      read: (item: Item) => formatValue(toRow(item)[key] ?? null),
      overflow: 'shorten' as const,
    }
    return { ...column, isKept: true }
  })
}

function formatValue(value: RowValue): string {
  if (value === null) return ''
  if (typeof value !== 'object') return String(value)
  return Array.isArray(value) ? value.join(' ') : toSafeJson(value)
}
