import { expect, test } from 'vitest'
import { joinNewest, type RowPages } from '../../../src/page/browser/history/row-pages.ts'

/** Rows with their numbers, the newest first. */
function makePages(from: number, to: number, next: number | null): RowPages<number> {
  return { rows: Array.from({ length: from - to + 1 }, (_, index) => from - index), next }
}

const join = (old: RowPages<number>, newest: RowPages<number>) => joinNewest(old, newest, (row) => row)

test('the newest rows stand above those that were read before', () => {
  expect(join(makePages(9, 3, 3), makePages(11, 8, 8))).toEqual(makePages(11, 3, 3))
  expect(join(makePages(9, 1, null), makePages(11, 8, 8))).toEqual(makePages(11, 1, null))
})

test('the newest rows replace older ones where rows between them are unknown', () => {
  expect(join(makePages(9, 3, 3), makePages(20, 14, 14))).toEqual(makePages(20, 14, 14))
})

test('the newest rows are all rows if no older ones exist', () => {
  expect(join(makePages(9, 3, 3), makePages(5, 5, null))).toEqual(makePages(5, 5, null))
  expect(join(makePages(9, 3, 3), { rows: [], next: null })).toEqual({ rows: [], next: null })
})
