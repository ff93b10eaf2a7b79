import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startProgress } from '../../src/cli/terminal/progress.ts'
import { createTerminal } from '../../src/cli/terminal/terminal.ts'
import { CollectingStream } from '../report/collected-page.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function openTerminal(stream: { isTTY?: boolean; columns?: number } = {}, quiet = false) {
  const stderr = new CollectingStream(stream)
  const stdout = new CollectingStream()
  const env = { NO_COLOR: '1' }
  return {
    stderr,
    terminal: await createTerminal({ stdout, stderr, env, color: true, quiet, namedStore: null }),
  }
}

test('work shorter than half a second shows no progress', async () => {
  const { terminal, stderr } = await openTerminal()
  const progress = startProgress(terminal, 'Assigning seats')
  progress.update(0.5, '')
  vi.advanceTimersByTime(499)
  progress.update(0.9, '')
  progress.stop()
  vi.advanceTimersByTime(60_000)
  expect(stderr.text).toBe('')
})

test('a log gets a progress line after half a second and then every ten seconds', async () => {
  const { terminal, stderr } = await openTerminal()
  const progress = startProgress(terminal, 'Assigning seats')
  for (let second = 0; second < 25; second += 1) {
    progress.update(second / 25, `(${second}000 rows\u001b[2J)`)
    vi.advanceTimersByTime(1000)
  }
  progress.stop()
  expect(stderr.text).toBe(`\
Assigning seats 0 % (0000 rows\\u{1b}[2J)
Assigning seats 40 % (10000 rows\\u{1b}[2J)
Assigning seats 80 % (20000 rows\\u{1b}[2J)
`)
})

test('work without updates gets a progress line, and so does work with constant updates', async () => {
  const { terminal, stderr } = await openTerminal()
  const silent = startProgress(terminal, 'Waiting')
  vi.advanceTimersByTime(600)
  silent.stop()
  const busy = startProgress(terminal, 'Busy')
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 600)
  busy.update(null, 'still')
  busy.stop()
  expect(stderr.text).toBe('Waiting\nBusy still\n')
})

test('the last update after a progress line is printed once, with the next line that is due', async () => {
  const { terminal, stderr } = await openTerminal()
  const progress = startProgress(terminal, 'Assigning seats')
  vi.advanceTimersByTime(600)
  progress.update(null, '(waiting)')
  vi.advanceTimersByTime(60_000)
  progress.stop()
  expect(stderr.text).toBe('Assigning seats\nAssigning seats (waiting)\n')
})

test('--quiet hides progress', async () => {
  const { terminal, stderr } = await openTerminal({ isTTY: true, columns: 80 }, true)
  const progress = startProgress(terminal, 'Assigning seats')
  vi.advanceTimersByTime(5000)
  progress.update(0.5, '')
  progress.stop()
  expect(stderr.text).toBe('')
})

test('a terminal shows a spinner and restores the cursor at the end', async () => {
  const { terminal, stderr } = await openTerminal({ isTTY: true, columns: 80 })
  Object.assign(stderr, { cursorTo: () => {}, clearLine: () => {}, moveCursor: () => {} })
  const progress = startProgress(terminal, 'Assigning seats')
  progress.update(0.25, '')
  vi.advanceTimersByTime(500)
  const slow = { timeout: 300_000 }
  await vi.waitFor(() => expect(stderr.text).toContain('Assigning seats 25 %'), slow)
  progress.update(0.5, '')
  vi.advanceTimersByTime(150)
  progress.update(0.75, '')
  expect(stderr.text).toContain('Assigning seats 75 %')
  const length = stderr.text.length
  progress.update(0.8, '')
  expect(stderr.text.length).toBe(length)
  progress.stop()
  expect(stderr.text.endsWith('\u001b[?25h')).toBe(true)
})

test('a spinner does not start when the work ends while it is loading', async () => {
  const { terminal, stderr } = await openTerminal({ isTTY: true, columns: 80 })
  const progress = startProgress(terminal, 'Assigning seats')
  vi.advanceTimersByTime(500)
  progress.stop()
  vi.useRealTimers()
  await import('ora')
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(stderr.text).toBe('')
})
