import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listOneEdits } from '../../../src/domain/people/one-edit.ts'

test.each([
  ['katherinee', 'katherine'],
  ['kathrine', 'katherine'],
  ['katherin3', 'katherine'],
  ['kahterine', 'katherine'],
  ['kаtherine', 'katherine'],
  ['kathérine', 'katherine'],
  ['u12', 'v12'],
])('%s is one edit away from %s', (name, other) => {
  expect(listOneEdits(name)).toContain(other)
})

test.each([
  ['katherine', 'katherine'],
  ['catharine', 'katherine'],
  ['user7', 'user8'],
  ['user7', 'user77'],
])('%s is not proposed for %s', (name, other) => {
  expect(listOneEdits(name)).not.toContain(other)
})

test('a name that is longer than usernames are has no edits, so it costs no time', () => {
  expect(listOneEdits('a'.repeat(8_000))).toEqual([])
})

test('the edits of any name are as long as it, or one letter shorter or longer', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9_.-]{1,20}$/), (name) => {
      for (const edit of listOneEdits(name)) expect(Math.abs(edit.length - name.length)).toBeLessThan(2)
    }),
  )
})
