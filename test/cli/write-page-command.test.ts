import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseDuration } from '../../src/cli/options/gitlab-options.ts'
import { writePageCommand } from '../../src/cli/write-page-command.ts'

const plain = {
  storePath: '/data/store.db',
  port: null,
  isReadOnly: false,
  opensBrowser: true,
  timeoutMs: parseDuration('15m'),
}

test.each([
  ['no options', {}, 'duo-seats page --store /data/store.db'],
  ['a relative store', { storePath: 'a b.db' }, `duo-seats page --store '${resolve('a b.db')}'`],
  [
    'a port and no browser',
    { port: 8100, opensBrowser: false },
    'duo-seats page --store /data/store.db --port 8100 --no-open',
  ],
  ['a free port', { port: 0 }, 'duo-seats page --store /data/store.db'],
  [
    'a token command',
    { tokenCommand: "op read 'a'" },
    "duo-seats page --store /data/store.db --token-command 'op read '\\''a'\\'''",
  ],
  ['a token from standard input', { tokenFile: '-' }, 'duo-seats page --store /data/store.db --token-file -'],
  [
    'a timeout of a read-only page',
    { isReadOnly: true, timeoutMs: 90_000 },
    'duo-seats page --store /data/store.db --read-only',
  ],
  [
    'a token file of a read-only page',
    { isReadOnly: true, tokenFile: 'token.txt' },
    'duo-seats page --store /data/store.db --read-only',
  ],
])('the command that starts a page again is complete with %s', (_, options, expected) => {
  expect(writePageCommand({ ...plain, ...options })).toBe(expected)
})

test.each(['200ms', '1500ms', '90s', '20m', '2h'])(
  'the command that starts a page again has its timeout of %s',
  (timeout) => {
    expect(writePageCommand({ ...plain, timeoutMs: parseDuration(timeout) })).toBe(
      `duo-seats page --store /data/store.db --timeout ${timeout}`,
    )
  },
)
