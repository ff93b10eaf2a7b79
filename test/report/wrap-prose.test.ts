import { expect, test } from 'vitest'
import { wrapProse } from '../../src/report/wrap-prose.ts'

test.each([
  ['The store is not linked.', null, ['The store is not linked.']],
  ['The store is not linked.', 24, ['The store is not linked.']],
  ['The store is not linked.', 15, ['The store is', 'not linked.']],
  [
    'Two faults:\nThe first one.\nThe second one.',
    14,
    ['Two faults:', 'The first one.', 'The second', 'one.'],
  ],
  ['  duo-seats list --all --limit 3', 12, ['  duo-seats list --all --limit 3']],
  ['See https://gitlab.example.com/help now', 12, ['See', 'https://gitlab.example.com/help', 'now']],
  ['\u001b[31merror:\u001b[39m The store is gone.', 18, ['\u001b[31merror:\u001b[39m The store', 'is gone.']],
  ['\u001b[31merror:\u001b[39m The store is gone.', 25, ['\u001b[31merror:\u001b[39m The store is gone.']],
  ['Seats to remove: 1,200 of 4,700 seats', 21, ['Seats to remove:', '1,200 of 4,700 seats']],
  ['Seats: 6 of 6 held, 0 free  ████████', 21, ['Seats: 6 of 6 held,', '0 free  ████████']],
  ['+ 2 to assign, ! 0 not possible.', 15, ['+ 2 to assign,', '! 0 not', 'possible.']],
  ['Three hours ago (2026-11-28 04:29 +14:00).', 26, ['Three hours ago', '(2026-11-28 04:29 +14:00).']],
  ['Since 2026-11-28 04:29 UTC.', 24, ['Since', '2026-11-28 04:29 UTC.']],
])('wrapProse breaks %j at %j columns between words', (text, width, lines) => {
  expect(wrapProse(text, width).split('\n')).toEqual(lines)
})

test.each([
  ['To print it: duo-seats runs show 12', ['To print it:', 'duo-seats runs show 12']],
  ['Run "duo-seats sync --to a.json", then retry.', ['Run', '"duo-seats sync --to a.json",', 'then retry.']],
  ['To allow it, add --max-removals 12.', ['To allow it, add', '--max-removals 12.']],
  ['For other users. Type: chmod 600 token.txt', ['For other users.', 'Type:', 'chmod 600 token.txt']],
  ['Type: cd "/a" && npm rebuild better-sqlite3', ['Type:', 'cd "/a" && npm rebuild better-sqlite3']],
  ['Or again: npm install --global a.tgz', ['Or again:', 'npm install --global a.tgz']],
  ['In: here. Next: duo-seats link --group "a: b c"', ['In: here. Next:', 'duo-seats link --group "a: b c"']],
  ['It needs: a token with more rights.', ['It needs: a token', 'with more rights.']],
  ['Then add --column "Work  Email", and try', ['Then add', '--column "Work  Email",', 'and try']],
  ['The user ("Ada  Lovelace") is gone.', ['The user', '("Ada  Lovelace")', 'is gone.']],
])('wrapProse keeps each command, option and quoted part of %j in one line', (text, lines) => {
  expect(wrapProse(text, 18).split('\n')).toEqual(lines)
})
