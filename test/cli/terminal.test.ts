import { expect, test } from 'vitest'
import { decideColor } from '../../src/cli/terminal/decide-color.ts'
import { createTerminal, type TerminalOptions } from '../../src/cli/terminal/terminal.ts'
import { CollectingStream } from '../report/collected-page.ts'

test.each([
  { isTty: true, color: true, env: {}, is: true },
  { isTty: false, color: true, env: {}, is: false },
  { isTty: true, color: false, env: {}, is: false },
  { isTty: true, color: true, env: { NO_COLOR: '1' }, is: false },
  { isTty: true, color: true, env: { NO_COLOR: '' }, is: true },
  { isTty: true, color: true, env: { TERM: 'dumb' }, is: false },
  { isTty: false, color: true, env: { FORCE_COLOR: '1' }, is: true },
  { isTty: false, color: false, env: { FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' }, is: true },
  { isTty: true, color: true, env: { FORCE_COLOR: '0' }, is: false },
  { isTty: true, color: true, env: { FORCE_COLOR: 'false' }, is: false },
  { isTty: true, color: true, env: { FORCE_COLOR: '' }, is: true },
])('a stream with isTty $isTty, --color $color and $env has colour: $is', ({ is, ...facts }) => {
  expect(decideColor(facts)).toBe(is)
})

async function openTerminal(given: Partial<TerminalOptions> = {}) {
  const stdout = new CollectingStream()
  const stderr = new CollectingStream()
  const terminal = await createTerminal({
    stdout,
    stderr,
    env: {},
    color: true,
    quiet: false,
    namedStore: null,
    ...given,
  })
  return { terminal, stdout, stderr }
}

test('notes, warnings and errors go to stderr with control characters escaped', async () => {
  const { terminal, stdout, stderr } = await openTerminal()
  terminal.note('Ignored the column "a\u001b[2J".')
  terminal.warn('Run 3 was cut off.')
  terminal.error('There is no such file.', 'Check the path.')
  terminal.error('Two faults:\nusers[1].id\nusers[2].id', null)
  expect(stdout.text).toBe('')
  expect(stderr.text).toBe(`\
Ignored the column "a\\u{1b}[2J".
warning: Run 3 was cut off.
error: There is no such file.
hint: Check the path.
error: Two faults:
users[1].id
users[2].id
`)
})

test('--quiet hides notes and warnings and prints errors', async () => {
  const { terminal, stderr } = await openTerminal({ quiet: true })
  terminal.note('Note.')
  terminal.warn('Warning.')
  terminal.error('Failed.', null)
  expect(stderr.text).toBe('error: Failed.\n')
})

test('stdout and stderr each have their own colour and width', async () => {
  const stderr = new CollectingStream({ isTTY: true, columns: 80 })
  const { terminal, stdout } = await openTerminal({ stderr })
  terminal.error('Failed.', 'Try again.')
  expect(stderr.text).toBe('\u001b[31merror:\u001b[39m Failed.\n\u001b[2mhint:\u001b[22m Try again.\n')
  expect(terminal.stdout).toMatchObject({ stream: stdout, isColored: false, width: null })
  expect(terminal.stdout.style.red('plain')).toBe('plain')
  expect(terminal.stderr).toMatchObject({ isColored: true, width: 80 })
})

test('sentences on a terminal are broken between words, and those in a file are not', async () => {
  const sentence = 'GitLab at gitlab.example.com cannot be reached.'
  const printed: string[] = []
  for (const isTTY of [true, false]) {
    const stderr = new CollectingStream({ isTTY, columns: 40 })
    const { terminal } = await openTerminal({ stderr, color: false, namedStore: 'my.db' })
    terminal.warn(sentence)
    terminal.error(sentence, 'To print it: duo-seats runs show 12')
    printed.push(stderr.text)
  }
  expect(printed).toEqual([
    `\
warning: GitLab at gitlab.example.com
cannot be reached.
error: GitLab at gitlab.example.com
cannot be reached.
hint: To print it:
duo-seats --store my.db runs show 12
`,
    `\
warning: ${sentence}
error: ${sentence}
hint: To print it: duo-seats --store my.db runs show 12
`,
  ])
})

test.each([
  [{ isTTY: true, columns: 80 }, {}, true],
  [{ isTTY: true, columns: 80 }, { CI: 'false' }, true],
  [{ isTTY: true, columns: 80 }, { CI: 'true' }, false],
  [{ isTTY: true, columns: 80 }, { TERM: 'dumb' }, false],
  [{ isTTY: true, columns: 0 }, {}, false],
  [{}, { FORCE_COLOR: '1' }, false],
])('a stderr %j with the environment %j is interactive: %s', async (stream, env, isInteractive) => {
  const { terminal } = await openTerminal({ stderr: new CollectingStream(stream), env })
  expect(terminal.isInteractive).toBe(isInteractive)
})

test('a closed stderr is not a failure', async () => {
  const { terminal, stderr } = await openTerminal()
  stderr.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  await new Promise(setImmediate)
  terminal.warn('Unread.')
})
