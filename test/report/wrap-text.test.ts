import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadTextWidth, narrowTextWidth } from '../../src/report/table/text-width.ts'
import { wrapText } from '../../src/report/table/wrap-text.ts'

const measure = await loadTextWidth()

test.each([
  ['two words', 20, ['two words']],
  ['two words', 5, ['two', 'words']],
  ['unbreakable', 4, ['unbr', 'eaka', 'ble']],
  ['1 assigned, 12 pending', 14, ['1 assigned,', '12 pending']],
  ['at 1,200 rows', 8, ['at 1,200', 'rows']],
  ['Users 11 12 13 14 15 16 17 18', 10, ['Users 11', '12 13 14', '15 16 17', '18']],
  ['at 12 unbreakable', 8, ['at', '12 unbre', 'akable']],
  ['lines 2, 13 and 14 rows', 10, ['lines 2,', '13 and', '14 rows']],
  ['a  b 1  c', 8, ['a  b 1', 'c']],
  ['on line2 here', 8, ['on line2', 'here']],
  ['a unbreakable b', 6, ['a', 'unbrea', 'kable', 'b']],
])('wrapText breaks the narrow text "%s" at %i columns', (text, width, lines) => {
  expect(wrapText(text, width, narrowTextWidth)).toEqual(lines)
  expect(wrapText(text, width, measure)).toEqual(lines)
})

test.each([
  ['林 美玲', 7, ['林 美玲']],
  ['林 美玲', 6, ['林', '美玲']],
  ['林美玲', 3, ['林', '美', '玲']],
  ['👩‍💻👩‍💻', 2, ['👩‍💻', '👩‍💻']],
  ['林', 1, ['林']],
])('wrapText breaks the wide text "%s" at %i columns, and no character in two', (text, width, lines) => {
  expect(wrapText(text, width, measure)).toEqual(lines)
})

test('wrapText keeps every character of a text, on lines no wider than the widest character needs', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 60 })
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 20 }), (words, width) => {
      const characters = Array.from(new Intl.Segmenter().segment(words), ({ segment }) => segment)
      const widest = Math.max(width, ...characters.map(measure))
      const lines = wrapText(words, width, measure)
      expect(lines.join('').replaceAll(' ', '')).toBe(words.replaceAll(' ', ''))
      for (const line of lines) expect(measure(line)).toBeLessThanOrEqual(widest)
    }),
  )
})
