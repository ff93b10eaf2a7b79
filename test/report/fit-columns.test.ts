import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Page } from '../../src/report/page.ts'
import { type TableColumn, writeColumns } from '../../src/report/table/column-table.ts'
import { loadTextWidth } from '../../src/report/table/text-width.ts'
import { print } from './collected-page.ts'

type Column = TableColumn<number>

const rows = [0, 1, 2]

const column: fc.Arbitrary<Column> = fc
  .record({
    header: fc.constantFrom('RUN', 'STARTED (UTC)', 'LAST ACTIVITY', 'USER'),
    cells: fc.array(
      fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-', 'ö', '林', '🦊'), maxLength: 80 }),
      {
        minLength: rows.length,
        maxLength: rows.length,
      },
    ),
    options: fc.constantFrom(
      {},
      { leftOut: 1 },
      { leftOut: 2 },
      { overflow: 'break' },
      { overflow: 'shorten' },
    ),
  })
  .map(({ header, cells, options }) => ({ header, read: (row) => cells[row] ?? '', ...options }) as Column)

function printTable(columns: readonly Column[], width: number | null): Promise<string> {
  const write = async (page: Page) => {
    await writeColumns(page, columns, () => rows)
    await page.output.end()
  }
  return print(write, { width })
}

describe('a table on a terminal', () => {
  test('no line is wider than a terminal of 60 or more columns, for any cells', async () => {
    const measure = await loadTextWidth()
    await fc.assert(
      fc.asyncProperty(
        fc.array(column, { minLength: 1, maxLength: 7 }),
        fc.integer({ min: 60, max: 200 }),
        async (columns, width) => {
          for (const line of (await printTable(columns, width)).split('\n'))
            expect(measure(line)).toBeLessThanOrEqual(width)
        },
      ),
    )
  })

  const people: Column[] = [
    { header: 'USERNAME', read: (row) => `user-${row}` },
    { header: 'NAME', read: () => 'Ada Augusta King, Countess of Lovelace', overflow: 'shorten' },
    { header: 'EMAIL', read: () => 'ada.augusta.lovelace@example.com', overflow: 'shorten', leftOut: 1 },
    { header: 'STATE', read: () => 'active', leftOut: 2 },
  ]

  test.each([
    [null, ['USERNAME', 'NAME', 'EMAIL', 'STATE']],
    [80, ['USERNAME', 'NAME', 'EMAIL', 'STATE']],
    [44, ['USERNAME', 'NAME', 'EMAIL', 'STATE']],
    [42, ['USERNAME', 'NAME', 'EMAIL']],
    [30, ['USERNAME', 'NAME']],
  ])('a table for a width of %s has the columns %j', async (width, headers) => {
    const [header = ''] = (await printTable(people, width)).split('\n')
    expect(header.split(/ {2,}/)).toEqual(headers)
  })

  test('a name that is too long ends with an ellipsis, and prose is broken', async () => {
    const prose: Column = {
      header: 'MESSAGE',
      read: () => 'No user has the username "x".',
      overflow: 'break',
    }
    const [first, second] = (await printTable([...people.slice(0, 2), prose], 44)).split('\n').slice(1)
    expect([first, second]).toEqual([
      'user-0    Ada Augusta Kin…  No user has the',
      '                            username "x".',
    ])
  })
})
