import { expect, test } from 'vitest'
import { describeSync } from '../../../src/page/browser/frame/describe-sync.ts'

const noneRefused = { confirmed: 3, refused: 0, pending: 0 }

test.each([
  [null, [], 'Synced.', 'done'],
  [noneRefused, [], 'Synced.', 'done'],
  [
    { ...noneRefused, refused: 2 },
    ['Sync again later.'],
    'Synced. GitLab refused 2 pending changes. Look at History. Sync again later.',
    'problem',
  ],
  [null, ['Addresses are missing.'], 'Synced. Addresses are missing.', 'problem'],
])('the message after a sync with %j pushed and the warnings %j is "%s"', (pushed, warnings, text, tone) => {
  expect(describeSync({ pushed, warnings })).toEqual({ text, tone })
})

test.each([
  [['Old GitLab.'], ['Old GitLab.'], 'Synced. 1 warning as before.', 'done'],
  [['Old GitLab.'], ['Old GitLab.', 'No answer.'], 'Synced. No answer. 1 warning as before.', 'problem'],
  [['3 hours ago.'], ['4 hours ago.'], 'Synced. 4 hours ago.', 'problem'],
  [['Old GitLab.'], [], 'Synced.', 'done'],
])(
  'after a sync with the warnings %j, the message of one with %j is "%s"',
  (before, warnings, text, tone) => {
    expect(describeSync({ pushed: null, warnings }, before)).toEqual({ text, tone })
  },
)
