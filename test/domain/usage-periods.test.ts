import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, type Day, daysBetween } from '../../src/domain/day.ts'
import {
  type DayValue,
  divideUsage,
  periodNames,
  type UsagePeriod,
  type UsageSeries,
} from '../../src/domain/usage-periods.ts'

const none: UsageSeries = { held: [], bought: [], active: [] }

function listBounds(since: Day, today: Day, name: 'day' | 'week' | 'month'): [Day, Day][] {
  const held = [{ day: '2020-01-01', value: 1 }]
  return divideUsage({ ...none, held }, name, { since, today }).map(({ from, to }) => [from, to])
}

describe('divideUsage', () => {
  test('a month ends on its last day, also in a leap year, and the last one today', () => {
    expect(listBounds('2024-01-31', '2024-03-05', 'month')).toEqual([
      ['2024-01-01', '2024-01-31'],
      ['2024-02-01', '2024-02-29'],
      ['2024-03-01', '2024-03-05'],
    ])
    expect(listBounds('2025-02-10', '2025-03-31', 'month')).toEqual([
      ['2025-02-01', '2025-02-28'],
      ['2025-03-01', '2025-03-31'],
    ])
  })

  test('a week begins on Monday, across the ends of months and years', () => {
    expect(listBounds('2024-12-25', '2025-01-06', 'week')).toEqual([
      ['2024-12-23', '2024-12-29'],
      ['2024-12-30', '2025-01-05'],
      ['2025-01-06', '2025-01-06'],
    ])
    expect(listBounds('2024-03-03', '2024-03-03', 'week')).toEqual([['2024-02-26', '2024-03-03']])
  })

  test('days are divided across a leap day', () => {
    const days = listBounds('2024-02-28', '2024-03-01', 'day').map(([from]) => from)
    expect(days).toEqual(['2024-02-28', '2024-02-29', '2024-03-01'])
  })

  test('a period has the values of its end, and the activity of a sync within it only', () => {
    const series = {
      held: [
        { day: '2026-01-05', value: 3 },
        { day: '2026-01-20', value: 8 },
        { day: '2026-03-02', value: 7 },
      ],
      bought: [{ day: '2026-02-10', value: 10 }],
      active: [
        { day: '2026-01-05', value: 1 },
        { day: '2026-01-20', value: 0 },
      ],
    }
    const periods = divideUsage(series, 'month', { since: '2025-01-01', today: '2026-03-02' })
    expect(periods).toEqual([
      { from: '2026-01-01', to: '2026-01-31', held: 8, bought: null, active: 0 },
      { from: '2026-02-01', to: '2026-02-28', held: 8, bought: 10, active: null },
      { from: '2026-03-01', to: '2026-03-02', held: 7, bought: 10, active: null },
    ])
  })

  test('without any event, the only period is the one of today', () => {
    const periods = divideUsage(none, 'day', { since: '2026-01-01', today: '2026-03-02' })
    expect(periods).toEqual([{ from: '2026-03-02', to: '2026-03-02', held: 0, bought: null, active: null }])
  })

  test('a time in the future has no period', () => {
    expect(divideUsage(none, 'day', { since: '2026-03-03', today: '2026-03-02' })).toEqual([])
  })
})

const origin = '2023-11-20'

/** Days of three years, one of them a leap year. */
const day = fc.nat({ max: 1_000 }).map((days) => addDays(origin, days))

const dayValues: fc.Arbitrary<DayValue[]> = fc
  .uniqueArray(fc.record({ day, value: fc.nat({ max: 50 }) }), { selector: (one) => one.day, maxLength: 12 })
  .map((values) => values.sort((a, b) => (a.day < b.day ? -1 : 1)))

const anySeries = fc.record({ held: dayValues, bought: dayValues, active: dayValues })

const anyCase = fc.record({
  series: anySeries,
  name: fc.constantFrom(...periodNames),
  since: day,
  today: day,
})

describe('the periods of any series', () => {
  test('the periods of any series follow each other without a gap, and their days sum up to the time until today', () => {
    fc.assert(
      fc.property(anyCase, ({ series, name, since, today }) => {
        const periods = divideUsage(series, name, { since, today })
        const first = periods[0]?.from
        if (first === undefined) {
          expect(since > today).toBe(true)
          return
        }
        for (const [index, { to }] of periods.entries())
          expect(periods[index + 1]?.from ?? addDays(today, 1)).toBe(addDays(to, 1))
        const days = periods.reduce((sum, { from, to }) => sum + daysBetween(from, to) + 1, 0)
        expect(days).toBe(daysBetween(first, today) + 1)
      }),
    )
  })

  test('the periods of any series end with the last values, as the days of the same time do', () => {
    fc.assert(
      fc.property(anyCase, ({ series, name, since, today }) => {
        const periods = divideUsage(series, name, { since, today })
        const from = periods[0]?.from ?? today
        const days = divideUsage(series, 'day', { since: from, today })
        for (const period of periods) expect(period).toEqual(joinDays(period, days, series))
        const last = periods.at(-1)
        if (last === undefined) return
        expect([last.held, last.bought]).toEqual([
          findLast(series.held, today)?.value ?? 0,
          findLast(series.bought, today)?.value ?? null,
        ])
      }),
    )
  })
})

/** A period by its days: the series before the first event has no days. */
function joinDays(period: UsagePeriod, days: readonly UsagePeriod[], series: UsageSeries): UsagePeriod {
  const own = days.filter(({ from }) => from >= period.from && from <= period.to)
  const end = own.at(-1)
  const active = own.findLast((one) => one.active !== null)?.active
  // Activity may be recorded before the first event of a series.
  const early = findLast(series.active, period.to)
  return {
    ...period,
    held: end?.held ?? 0,
    bought: end?.bought ?? null,
    active: active ?? (early !== null && early.day >= period.from ? early.value : null),
  }
}

function findLast(values: readonly DayValue[], until: Day): DayValue | null {
  return values.findLast((value) => value.day <= until) ?? null
}
