import { escapeControls } from '../escape-controls.ts'
import { groupRows } from '../group-rows.ts'
import type { Page } from '../page.ts'
import { mapRows } from '../report-document.ts'
import type { Paint, Style } from '../style.ts'
import { columnGap, fitColumns, measureCells } from './column-widths.ts'
import { isNarrow, loadTextWidth, narrowTextWidth, type TextWidth } from './text-width.ts'
import { wrapText } from './wrap-text.ts'

/** A column with empty cells only is left out. */
export interface TableColumn<Item> {
  header: string
  read(item: Item): string
  /** The default keeps the text. */
  paint?(item: Item, style: Style): Paint
  /** Prose may be broken over several lines. */
  isProse?: boolean
}

interface PaintedCell {
  text: string
  paint: Paint
}

interface Layout {
  widths: readonly number[]
  wraps: boolean
}

/** The items are read twice, for the widths and for printing, and never kept. */
export async function writeColumns<Item>(
  page: Page,
  columns: readonly TableColumn<Item>[],
  readItems: () => Iterable<Item>,
): Promise<void> {
  const toTexts = (item: Item) => columns.map(({ read }) => escapeControls(read(item)))
  const cellWidths = await measureCells(mapRows(readItems(), toTexts))
  const shown = columns.flatMap((column, index) => {
    const cellWidth = cellWidths[index] ?? 0
    return cellWidth === 0 ? [] : [{ isProse: false, ...column, cellWidth }]
  })
  if (shown.length > 0) await printColumns(page, shown, fitColumns(shown, page.width), readItems)
}

async function printColumns<Item>(
  { output, style, width }: Page,
  columns: readonly TableColumn<Item>[],
  widths: readonly number[],
  readItems: () => Iterable<Item>,
): Promise<void> {
  const layout = { widths, wraps: width !== null }
  await output.write(
    await drawRow(
      columns.map(({ header }) => ({ text: header, paint: style.dim })),
      layout,
    ),
  )
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
function drawRow(cells: readonly PaintedCell[], layout: Layout): string | Promise<string> {
  if (cells.every(({ text }) => isNarrow(text))) return joinLines(drawLines(cells, layout, narrowTextWidth))
  return loadTextWidth().then((measure) => joinLines(drawLines(cells, layout, measure)))
}

function drawLines(cells: readonly PaintedCell[], { widths, wraps }: Layout, measure: TextWidth): string[] {
  const wrapped = cells.map(({ text }, index) =>
    wraps ? wrapText(text, widths[index] ?? 1, measure) : [text],
  )
  const height = Math.max(...wrapped.map(({ length }) => length))
  return Array.from({ length: height }, (_, line) =>
    cells
      .map(({ paint }, index) => {
        const text = wrapped[index]?.[line] ?? ''
        return padText(text, (widths[index] ?? 0) - measure(text), paint)
      })
      .join(''),
  )
}

function padText(text: string, room: number, paint: Paint): string {
  return (text === '' ? '' : paint(text)) + ' '.repeat(Math.max(0, room) + columnGap)
}

/** The last column is padded as well, so the spaces at the end are trimmed. */
function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}
