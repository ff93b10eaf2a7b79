import { InvalidArgumentError } from 'commander'
import { expect, test } from 'vitest'
import { parseSince, parseUntil } from '../../src/cli/options/parse-time.ts'

const now = '2026-03-02T09:00:00.000Z'

test.each([
  ['2026-03-01', '2026-03-01T00:00:00.000Z'],
  [' 2026-03-01 ', '2026-03-01T00:00:00.000Z'],
  ['2026-03-01T08:30:00Z', '2026-03-01T08:30:00.000Z'],
  ['2026-03-01T08:30Z', '2026-03-01T08:30:00.000Z'],
  ['2026-03-01T08:30:00.250+02:00', '2026-03-01T06:30:00.250Z'],
  ['7d', '2026-02-23T09:00:00.000Z'],
  ['2w', '2026-02-16T09:00:00.000Z'],
  ['12h', '2026-03-01T21:00:00.000Z'],
  ['90m', '2026-03-02T07:30:00.000Z'],
  ['1y', '2025-03-02T09:00:00.000Z'],
  ['9999h', '2025-01-09T18:00:00.000Z'],
  ['2026-02', '2026-02-01T00:00:00.000Z'],
  ['yesterday', '2026-03-01T00:00:00.000Z'],
  ['today', '2026-03-02T00:00:00.000Z'],
])('parseSince reads %j as %s', (text, instant) => {
  expect(parseSince(text)(now)).toBe(instant)
})

test.each([
  '',
  'tomorrow',
  '2026-13',
  '2026-02-30',
  '2026-02-30T08:00:00Z',
  '2026-03-01T25:00:00Z',
  '2026-03-01T08:00:00',
  '2026',
  '7',
  '0d',
  '7q',
  '-7d',
])('parseSince rejects %j', (text) => {
  expect(() => parseSince(text)).toThrow(InvalidArgumentError)
})

test.each(['3months', '7q', '0d', '0h', '9999999h'])(
  'parseSince lists all that it takes when it rejects %j',
  (text) => {
    expect(() => parseSince(text)).toThrow(
      'It takes a day such as 2026-03-01, a month such as 2026-03, a time such as 2026-03-01T08:00:00Z, a span such as 7d, or "yesterday".',
    )
  },
)

test.each([
  ['2026-03-01', '2026-03-02T00:00:00.000Z'],
  ['2026-02', '2026-03-01T00:00:00.000Z'],
  ['2026-12', '2027-01-01T00:00:00.000Z'],
  ['yesterday', '2026-03-02T00:00:00.000Z'],
  ['2026-03-01T08:30:00Z', '2026-03-01T08:30:00.000Z'],
  ['7d', '2026-02-23T09:00:00.000Z'],
])('parseUntil reads %j as the end %s, which is excluded', (text, instant) => {
  expect(parseUntil(text)(now)).toBe(instant)
})
