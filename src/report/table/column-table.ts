import { escapeControls } from '../escape-controls.ts'
import { groupRows } from '../group-rows.ts'
import type { Page } from '../page.ts'
import { mapRows } from '../report-document.ts'
import type { Paint, Style } from '../style.ts'
import { columnGap, fitColumns, measureCells, type Overflow } from './column-widths.ts'
import { isNarrow, loadTextWidth, narrowTextWidth, type TextWidth } from './text-width.ts'
import { shortenText, wrapText } from './wrap-text.ts'

/** A column with empty cells only is left out, unless `isKept`. */
export interface TableColumn<Item> {
  /** The key of `--columns`; absent for a column that it cannot choose. */
  key?: string
  header: string
  read(item: Item): string
  /** The default keeps the text. */
  paint?(item: Item, style: Style): Paint
  overflow?: Overflow
  leftOut?: number
  isKept?: boolean
}

interface PaintedCell {
  text: string
  paint: Paint
}

interface CellLayout {
  width: number
  /** Null: the cell is printed whole. */
  overflow: Overflow | null
}

/** The items are read twice, for the widths and for printing, and never kept. @returns their number */
export async function writeColumns<Item>(
  page: Page,
  columns: readonly TableColumn<Item>[],
  readItems: () => Iterable<Item>,
): Promise<number> {
  const toTexts = (item: Item) => columns.map(({ read }) => escapeControls(read(item)))
  const { rows, widths } = await measureCells(mapRows(readItems(), toTexts))
  const shown = columns.flatMap((column, index) => {
    const cellWidth = widths[index] ?? 0
    return cellWidth === 0 && column.isKept !== true ? [] : [{ ...column, cellWidth }]
  })
  const fitted = fitColumns(shown, page.width).flatMap(({ index, width }) => {
    const column = shown[index]
    return column === undefined ? [] : [{ ...column, width }]
  })
  if (fitted.length > 0) await printColumns(page, fitted, readItems)
  return rows
}

async function printColumns<Item>(
  { output, style, width: pageWidth }: Page,
  columns: readonly (TableColumn<Item> & { width: number })[],
  readItems: () => Iterable<Item>,
): Promise<void> {
  const lay = (overflow: Overflow) => (pageWidth === null ? null : overflow)
  await output.write(
    await drawRow(
      columns.map(({ header }) => ({ text: header, paint: style.dim })),
      columns.map(({ width }) => ({ width, overflow: lay('break') })),
    ),
  )
  const layout = columns.map(({ width, overflow = 'shorten' }) => ({ width, overflow: lay(overflow) }))
  for (const items of groupRows(readItems())) {
    const rows: string[] = []
    for (const item of items) {
      const row = drawRow(
        columns.map((column) => paintCell(column, item, style)),
        layout,
      )
      rows.push(typeof row === 'string' ? row : await row)
    }
    await output.write(rows.join(''))
  }
}

function paintCell<Item>({ read, paint }: TableColumn<Item>, item: Item, style: Style): PaintedCell {
  return { text: escapeControls(read(item)), paint: paint?.(item, style) ?? ((text) => text) }
}

/** A narrow row comes at once, since a promise for each row takes time. */
function drawRow(cells: readonly PaintedCell[], layout: readonly CellLayout[]): string | Promise<string> {
  if (cells.every(({ text }) => isNarrow(text))) return joinLines(drawLines(cells, layout, narrowTextWidth))
  return loadTextWidth().then((measure) => joinLines(drawLines(cells, layout, measure)))
}

function drawLines(
  cells: readonly PaintedCell[],
  layout: readonly CellLayout[],
  measure: TextWidth,
): string[] {
  const wrapped = cells.map(({ text }, index) => fitText(text, layout[index], measure))
  const height = Math.max(...wrapped.map(({ length }) => length))
  return Array.from({ length: height }, (_, line) =>
    cells
      .map(({ paint }, index) => {
        const text = wrapped[index]?.[line] ?? ''
        return padText(text, (layout[index]?.width ?? 0) - measure(text), paint)
      })
      .join(''),
  )
}

function fitText(text: string, layout: CellLayout | undefined, measure: TextWidth): string[] {
  if (layout === undefined || layout.overflow === null) return [text]
  const { width, overflow } = layout
  return overflow === 'break' ? wrapText(text, width, measure) : [shortenText(text, width, measure)]
}

function padText(text: string, room: number, paint: Paint): string {
  return (text === '' ? '' : paint(text)) + ' '.repeat(Math.max(0, room) + columnGap)
}

/** The last column is padded as well, so the spaces at the end are trimmed. */
function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}
