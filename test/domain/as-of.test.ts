import { expect, test } from 'vitest'
import { describeAge, describeElapsed } from '../../src/domain/as-of.ts'

test.each([
  ['2026-11-26T06:12:40.000Z', 'less than a minute ago'],
  ['2026-11-26T06:13:00.000Z', '1 minute ago'],
  ['2026-11-26T07:11:59.000Z', '59 minutes ago'],
  ['2026-11-26T07:12:30.000Z', '1 hour ago'],
  ['2026-11-28T06:11:00.000Z', '47 hours ago'],
  ['2026-11-28T06:12:30.000Z', '2 days ago'],
  ['2026-11-26T06:00:00.000Z', 'less than a minute ago'],
])('the age at %s is "%s"', (now, age) => {
  expect(describeAge('2026-11-26T06:12:00.000Z', now)).toBe(`${age} (2026-11-26 06:12 UTC)`)
  expect(describeElapsed('2026-11-26T06:12:00.000Z', now)).toBe(age)
})
