import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countAllowed, defaultRemovalCap, formatCap } from '../../src/domain/cap.ts'

describe('a removal cap', () => {
  test('a cap in seats does not depend on the seats held', () => {
    expect([0, 3, 1000].map((held) => countAllowed({ number: 7 }, held))).toEqual([7, 7, 7])
    expect(countAllowed({ number: 0 }, 1000)).toBe(0)
  })

  test.each([
    [10, 0, 1],
    [10, 9, 1],
    [10, 19, 1],
    [10, 20, 2],
    [10, 1234, 123],
    [7, 100, 7],
    [29, 100, 29],
    [57, 100, 57],
    [58, 50, 29],
    [100, 7, 7],
    [0, 1000, 0],
  ])('a cap of %i % of %i seats allows %i removals', (percent, held, allowed) => {
    expect(countAllowed({ percent }, held)).toBe(allowed)
  })

  test('the default cap is a tenth of the seats held', () => {
    expect(countAllowed(defaultRemovalCap, 250)).toBe(25)
  })

  test('a cap in percent always allows one removal and never more than its share', () => {
    const [percents, seats] = [fc.integer({ min: 1, max: 100 }), fc.nat({ max: 2_000_000 })]
    fc.assert(
      fc.property(percents, seats, (percent, held) => {
        const allowed = countAllowed({ percent }, held)
        expect(Number.isInteger(allowed)).toBe(true)
        expect(allowed).toBeGreaterThanOrEqual(1)
        if (allowed > 1) expect(allowed * 100).toBeLessThanOrEqual(held * percent)
        expect((allowed + 1) * 100).toBeGreaterThan(held * percent)
      }),
    )
  })

  test('a cap is formatted as it is typed', () => {
    expect([{ number: 7 }, { percent: 10 }].map(formatCap)).toEqual(['7', '10%'])
  })
})
