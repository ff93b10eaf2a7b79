import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays } from '../../src/domain/day.ts'
import { isReclaimable, judgeReclaim } from '../../src/domain/reclaim.ts'
import { countReclaimable } from '../../src/domain/reclaim-counts.ts'
import type { ListedUser } from '../../src/domain/seat-list.ts'

const today = '2026-03-02'
const mostDays = 40

const day = fc.integer({ min: -2, max: 45 }).map((ago) => addDays(today, -ago))
const instant = fc.option(day.map((on) => `${on}T08:00:00.000Z`))

const holder: fc.Arbitrary<ListedUser> = fc.record({
  userId: fc.nat(),
  username: fc.constant('ada'),
  name: fc.constant('Ada'),
  email: fc.constant(null),
  state: fc.constant('active'),
  holdsSeat: fc.constant(true),
  isPending: fc.boolean(),
  reason: fc.option(fc.constantFrom('blocked', 'gone'), { freq: 3 }),
  assignedAt: instant,
  seenAt: instant,
  lastActivityOn: fc.constant(null),
  lastDuoActivityOn: fc.option(day, { freq: 2 }),
})

test('the seats are counted for each number of days as they are judged one by one', () => {
  fc.assert(
    fc.property(fc.array(holder), (holders) => {
      const count = (includeNeverActive: boolean) =>
        Array.from({ length: mostDays }, (_, index) => {
          const rules = { limit: addDays(today, -index - 1), includeNeverActive, takesUnknownAge: false }
          return holders.filter((user) => isReclaimable(judgeReclaim(user, rules))).length
        })
      expect(countReclaimable(holders, today, mostDays)).toEqual({
        withRecordedUse: count(false),
        includingNeverActive: count(true),
      })
    }),
  )
})
