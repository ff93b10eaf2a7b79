import type { TableColumn } from './column-table.ts'

export function alignRight<Item>(
  { header, read, ...column }: TableColumn<Item>,
  items: readonly Item[],
): TableColumn<Item> {
  const width = items.reduce((most, item) => Math.max(most, read(item).length), header.length)
  return { ...column, header: header.padStart(width), read: (item) => read(item).padStart(width) }
}
