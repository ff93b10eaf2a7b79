import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeControls, toSafeJson } from '../../src/report/escape-controls.ts'
import { formatNames, writeDocument } from '../../src/report/formats/formats.ts'
import { createListDocument } from '../../src/report/reports/list-document.ts'
import { createSyncDocument } from '../../src/report/reports/sync-document.ts'
import { runFormatNames, writeRun } from '../../src/report/reports/write-run.ts'
import { anyCharacter } from '../support/any-character.ts'
import { print } from './collected-page.ts'
import { makeChange, makeList, makeResult, makeRun, makeSync, makeUser } from './sample-reports.ts'

test('escapeControls escapes control characters, separators and direction marks and keeps joiners', () => {
  expect(escapeControls('a\u001b[2J\u0007\u007f\u009b\n\t\u2028\u202e\u200b\u{e0041}b')).toBe(
    'a\\u{1b}[2J\\u{7}\\u{7f}\\u{9b}\\u{a}\\u{9}\\u{2028}\\u{202e}\\u{200b}\\u{e0041}b',
  )
  expect(escapeControls('نمی\u200cخواهم 👩\u200d💻')).toBe('نمی\u200cخواهم 👩\u200d💻')
})

test('toSafeJson escapes control characters without changing the value', () => {
  const value = { name: 'a\u001b\u007f\u009b\n\u202e\u{e0041}👩\u200d💻' }
  expect(toSafeJson(value)).toBe('{"name":"a\\u001b\\u007f\\u009b\\n\\u202e\\udb40\\udc41👩\u200d💻"}')
  expect(JSON.parse(toSafeJson(value))).toEqual(value)
})

const clear = makeRun({
  results: [
    makeResult({ input: 'ada\u001b[2J', username: null, outcome: 'user_not_found', detail: 'username' }),
    makeResult({ line: 3, input: '=cmd()', username: null, outcome: 'user_not_found', detail: 'username' }),
  ],
})

test('a report escapes control characters and formulas in names', async () => {
  expect(await print((page) => writeRun(clear, 'csv', page))).toBe(`\
line,input,username,user_id,outcome,success,reason,message,suggestions
2,ada\\u{1b}[2J,,7,user_not_found,false,,"No user has the username ""ada\\u{1b}[2J"". The name contains an invisible character (U+001B). Type it again.",
3,'=cmd(),,7,user_not_found,false,,"No user has the username ""=cmd()"".",
`)
  const table = await print((page) => writeRun(clear, 'table', page))
  expect(table.split('\n').slice(1, 3)).toEqual([
    '2     ada\\u{1b}[2J  ✗ user_not_found  No user has the username "ada\\u{1b}[2J". The name contains an invisible character (U+001B). Type it again.',
    '3     =cmd()        ✗ user_not_found  No user has the username "=cmd()".',
  ])
})

test('a listed name that begins with # is quoted, so it does not read back as a comment', async () => {
  const list = makeList([makeUser({ username: '#a', name: '\r\n=1+1', email: 'a\r\nb' })])
  const printed = await print((page) => writeDocument(createListDocument(list), 'csv', page))
  expect(printed.split('\n').slice(1, 3)).toEqual([
    `"#a",7,'=1+1,"a`,
    'b",active,true,true,,2026-02-01T09:00:00.000Z,2026-03-01,2026-02-28',
  ])
})

/** Any text, with frequent dangerous characters. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\u001b',
      '\u009b',
      '\r',
      '\n',
      '\t',
      '\u0000',
      '\u007f',
      '\u202e',
      '林',
      '=',
      '"',
      ',',
      ' ',
    ),
    anyCharacter,
  ),
})

const anyControlButLineFeed = /(?!\n)\p{Cc}/u

test('no format prints a control character except the line feed', async () => {
  const anyTexts = fc.tuple(anyText, anyText, anyText)
  const property = fc.asyncProperty(
    anyTexts,
    fc.option(fc.integer({ min: 1, max: 99 })),
    async (texts, width) => {
      const [one, two, three] = texts
      const run = makeRun({
        results: [
          makeResult({ input: one, username: two }),
          makeResult({ input: three, username: null, outcome: 'ambiguous_user', detail: two }),
          makeResult({ input: one, username: two, outcome: 'no_seats_available' }),
          makeResult({ input: one, outcome: 'invalid_user_membership', reason: `bot ${three}` }),
        ],
        run: { group: three },
        summary: { short: 1 },
      })
      const list = makeList([
        makeUser({ username: one, name: two, email: three, reason: `bot ${two}`, lastActivityOn: one }),
      ])
      const changes = [
        makeChange('seat_gained', { username: one, before: two, after: three }),
        makeChange('add_on_purchase_changed', { addOn: 'duo-pro', username: one, before: two, after: three }),
        makeChange('holder_not_eligible', { username: one, after: `bot ${three}` }),
      ]
      const sync = makeSync(changes, { warnings: [one], takenAt: two })
      sync.subscription.group = three
      for (const format of runFormatNames)
        expect(await print((page) => writeRun(run, format, page), { width })).not.toMatch(
          anyControlButLineFeed,
        )
      for (const format of formatNames) {
        expect(
          await print((page) => writeDocument(createListDocument(list), format, page), { width }),
        ).not.toMatch(anyControlButLineFeed)
        expect(
          await print((page) => writeDocument(createSyncDocument(sync), format, page), { width }),
        ).not.toMatch(anyControlButLineFeed)
      }
      const json = JSON.parse(await print((page) => writeRun(run, 'json', page)))
      expect(json.results[0]).toMatchObject({ input: one, username: two })
    },
  )
  await fc.assert(property, { numRuns: 200 })
})
