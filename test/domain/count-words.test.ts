import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCount } from '../../src/domain/count-words.ts'

test('a count has the same commas as in English', () => {
  fc.assert(
    fc.property(fc.integer(), (count) => {
      expect(formatCount(count)).toBe(count.toLocaleString('en-US'))
    }),
  )
})
