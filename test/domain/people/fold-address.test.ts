import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldAddress } from '../../../src/domain/people/fold-address.ts'
import { listSpellings } from '../../../src/sync/fold-addresses.ts'

describe('a folded address', () => {
  test.each([
    ['Ada@Example.COM', 'ada@example.com'],
    [' ada@example.com\t', 'ada@example.com'],
    ['JU\u0308RGEN@example.com', 'jürgen@example.com'],
    ['jürgen@example.com', 'jürgen@example.com'],
    ['', ''],
  ])('the folded address of %j is %j', (address, folded) => {
    expect(foldAddress(address)).toBe(folded)
  })

  test('a folded address does not change when it is folded again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (address) => {
        expect(foldAddress(foldAddress(address))).toBe(foldAddress(address))
      }),
    )
  })

  test('a folded address is the same for every form and letter case of an address', () => {
    const address = fc.string({ unit: fc.constantFrom(...'abzABZéÉüÜñ@.-1') })
    fc.assert(
      fc.property(address, fc.constantFrom('NFC', 'NFD'), (text, form) => {
        const folded = foldAddress(text)
        expect(foldAddress(text.normalize(form))).toBe(folded)
        expect(foldAddress(text.toUpperCase())).toBe(folded)
        expect(foldAddress(` ${text} `)).toBe(folded)
      }),
    )
  })
})

test('only shown addresses with letters outside ASCII have a spelling of their own', () => {
  const users = [
    { id: 1, email: 'Ada@example.com' },
    { id: 2, email: 'JÜRGEN@example.com' },
    { id: 3, email: null },
  ]
  expect(listSpellings(users)).toEqual([{ userId: 2, address: 'jürgen@example.com' }])
})
