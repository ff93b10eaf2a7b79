import type { TableConstructorOptions } from 'cli-table3'

/** Spaces between two columns of a table. */
export const columnGap = 2

/**
 * The columns of a terminal that each cell takes. cli-table3 knows how wide every script and every emoji is. It takes a
 * tenth of a millisecond a row and more, so ask it only about rows that are not narrow.
 */
export async function measureWideRow(cells: readonly string[]): Promise<number[]> {
  const table = await createTable({})
  table.push([...cells])
  table.toString()
  return table.options.colWidths.map((width) => (width ?? 0) - columnGap)
}

/** The lines of one row whose cells are not narrow, wrapped to `widths` or, unwrapped, sticking out of them. */
export async function drawWideRow(
  cells: readonly string[],
  widths: readonly number[],
  wordWrap: boolean,
): Promise<string[]> {
  const needed = wordWrap ? [] : await measureWideRow(cells)
  const colWidths = widths.map((width, index) => Math.max(width, needed[index] ?? 0) + columnGap)
  const table = await createTable({ colWidths, wordWrap })
  table.push([...cells])
  return table.toString().split('\n')
}

async function createTable(options: TableConstructorOptions) {
  const { default: Table } = await import('cli-table3')
  return new Table({ ...borderless, ...options, colWidths: [...(options.colWidths ?? [])] })
}

const borderless: TableConstructorOptions = {
  chars: {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '',
  },
  style: { head: [], border: [], 'padding-left': 0, 'padding-right': columnGap },
}
