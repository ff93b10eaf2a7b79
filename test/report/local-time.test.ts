import { afterEach, expect, test } from 'vitest'
import {
  formatAge,
  formatLocalMinute,
  formatLocalSecond,
  localizeTimes,
} from '../../src/report/local-time.ts'

const { TZ } = process.env

afterEach(() => {
  process.env['TZ'] = TZ
})

test.each([
  ['Europe/Berlin', '2026-07-01T22:30:15.000Z', '2026-07-02 00:30 +02:00'],
  ['Europe/Berlin', '2026-01-01T22:30:15.000Z', '2026-01-01 23:30 +01:00'],
  ['America/St_Johns', '2026-01-01T02:00:00.000Z', '2025-12-31 22:30 -03:30'],
  ['Europe/London', '2026-01-01T02:00:00.000Z', '2026-01-01 02:00 UTC'],
  ['UTC', '2026-07-01T02:00:00.000Z', '2026-07-01 02:00 UTC'],
])('a time in %s has the local day and the offset of that day', (zone, instant, text) => {
  process.env['TZ'] = zone
  expect(formatLocalMinute(instant)).toBe(text)
  expect(localizeTimes(`as of ${instant.slice(0, 16).replace('T', ' ')} UTC.`)).toBe(`as of ${text}.`)
})

test('a text that is no time stays as it is', () => {
  expect(localizeTimes('as of 2026-99-99 10:00 UTC')).toBe('as of 2026-99-99 10:00 UTC')
  expect(formatLocalMinute('lost')).toBe('lost')
})

test.each([
  'The value "2026-03-02T03:41:07.000Z" is not a day.',
  'team-2026-03-02T03:41:07Z does not exist.',
  '2026-03-02T03:41:07Z.json does not exist.',
  './2026-03-02T03:41:07Z-old/a.csv does not exist.',
])('a time that the user typed stays as it is: %s', (sentence) => {
  process.env['TZ'] = 'Asia/Kathmandu'
  expect(localizeTimes(sentence)).toBe(sentence)
})

test('a time of a sentence keeps its seconds if they may matter', () => {
  process.env['TZ'] = 'Asia/Kathmandu'
  expect(localizeTimes('Taken (2026-03-02T09:00:07.999Z).', formatLocalSecond)).toBe(
    'Taken (2026-03-02 14:45:07 +05:45).',
  )
})

test('a time with seconds keeps them in every zone', () => {
  process.env['TZ'] = 'Asia/Kathmandu'
  expect(formatLocalSecond('2026-03-02T09:00:07.999Z')).toBe('2026-03-02 14:45:07 +05:45')
})

test.each([
  ['2026-03-02T09:00:59.000Z', 'just now'],
  ['2026-03-02T08:59:59.000Z', 'just now'],
  ['2026-03-02T09:01:00.000Z', '1 min ago'],
  ['2026-03-02T12:59:59.000Z', '3 h ago'],
  ['2026-03-04T08:59:59.000Z', '47 h ago'],
  ['2026-03-04T09:00:00.000Z', '2 d ago'],
])('the age at %s is "%s"', (now, age) => {
  expect(formatAge('2026-03-02T09:00:00.000Z', now)).toBe(age)
})
