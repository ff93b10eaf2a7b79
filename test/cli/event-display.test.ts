import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { EventDisplay } from '../../src/cli/terminal/event-display.ts'
import { createTerminal } from '../../src/cli/terminal/terminal.ts'
import type { CutOffRun } from '../../src/domain/run.ts'
import type { WorkEvent } from '../../src/domain/work-event.ts'
import { CollectingStream } from '../report/collected-page.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function openDisplay(isDebug = false) {
  const stderr = new CollectingStream()
  const options = {
    stdout: new CollectingStream(),
    stderr,
    env: { NO_COLOR: '1' },
    color: true,
    quiet: false,
    namedStore: null,
  }
  return { display: new EventDisplay(await createTerminal(options), isDebug), stderr }
}

/** The line that a log shows for the work after an event. */
async function showInProgress(event: WorkEvent): Promise<string> {
  const { display, stderr } = await openDisplay()
  const work = display.begin('Working')
  display.tell(event)
  vi.advanceTimersByTime(600)
  work.end()
  return stderr.text
}

test.each<[WorkEvent, string]>([
  [{ kind: 'users_read', list: 'holders', read: 100, total: 250 }, '40 % (100 of 250 holders read)'],
  [{ kind: 'users_read', list: 'holders', read: 250, total: 250 }, '100 % (250 of 250 holders read)'],
  [
    { kind: 'users_read', list: 'free', read: 100, total: 130 },
    '76 % (100 of 130 users without a seat read)',
  ],
  [
    { kind: 'users_read', list: 'free', read: 130, total: 130 },
    '100 % (130 of 130 users without a seat read)',
  ],
  [{ kind: 'users_read', list: 'free', read: 130, total: null }, '(130 users without a seat read)'],
  [{ kind: 'users_read', list: 'holders', read: 0, total: 0 }, '0 % (0 of 0 holders read)'],
  [{ kind: 'users_read', list: 'holders', read: 3, total: 2 }, '100 % (3 of 2 holders read)'],
  [{ kind: 'users_looked_up', asked: 300, total: 1200 }, '25 % (300 of 1,200 users looked up in GitLab)'],
  [{ kind: 'users_read', list: 'free', read: 0, total: 1 }, '0 % (0 of 1 user without a seat read)'],
  [{ kind: 'users_looked_up', asked: 1, total: 1 }, '100 % (1 of 1 user looked up in GitLab)'],
  [{ kind: 'rows_decided', rows: 5000, done: 0.25 }, '25 % (5,000 rows)'],
  [{ kind: 'rows_decided', rows: 1, done: 1 }, '100 % (1 row)'],
  [
    { kind: 'changes_pushed', settled: 1100, total: 4400 },
    '25 % (1,100 of 4,400 changes answered by GitLab)',
  ],
  [{ kind: 'changes_pushed', settled: 0, total: 0 }, '0 % (0 of 0 changes answered by GitLab)'],
  [{ kind: 'waiting_for_store' }, '(waiting for another process that writes to the store)'],
  [{ kind: 'store_written', done: 0.5 }, '50 %'],
])('the progress of work shows %j as "%s"', async (event, shown) => {
  expect(await showInProgress(event)).toBe(`Working ${shown}\n`)
})

const run: CutOffRun = {
  id: 3,
  command: 'bulk-assign',
  source: 'a\u001b.csv',
  startedAt: '2026-03-02T08:00:00.000Z',
  host: 'ci-7',
}

test.each<[WorkEvent, string]>([
  [{ kind: 'retry', text: 'GitLab is busy: again in 2 s.' }, 'GitLab is busy: again in 2 s.'],
  [
    { kind: 'cut_off_run', run, isOnThisHost: true },
    'warning: Run 3 (bulk-assign a\\u{1b}.csv, started 2026-03-02 22:00 +14:00) was cut off and changed nothing. Run it again.',
  ],
  [
    { kind: 'cut_off_run', run: { ...run, command: 'undo', source: null }, isOnThisHost: false },
    'warning: Run 3 (undo, started 2026-03-02 22:00 +14:00) has not finished. Unless it still runs on ci-7, it was cut off and changed nothing: run it again.',
  ],
  [
    {
      kind: 'earlier_changes_pushed',
      confirmed: 3,
      refused: ['no_seats_available', 'refused_by_gitlab', 'no_seats_available'],
      pending: 1,
    },
    'warning: Changes that earlier runs had left pending: 3 confirmed, 2 no_seats_available, 1 refused_by_gitlab, 1 still pending.',
  ],
  [
    { kind: 'clock_behind', now: '2026-03-01T08:00:00.000Z', lastAt: '2026-03-02T08:00:00.000Z' },
    'warning: The clock shows 2026-03-01 22:00:00 +14:00, and the last change of the store was made at 2026-03-02 22:00:00 +14:00. Check the clock: dates of seats may be wrong. No seat is lost.',
  ],
  [
    { kind: 'waiting_for_gitlab', changes: 1, mostMs: 59_400 },
    '1 change has no answer, and GitLab may still work on it. Waiting for up to 60 s until it shows it.',
  ],
  [
    { kind: 'waiting_for_gitlab', changes: 1_200, mostMs: 900 },
    '1,200 changes have no answer, and GitLab may still work on them. Waiting for up to 1 s until it shows them.',
  ],
  [
    { kind: 'earlier_changes_pushed', confirmed: 1, refused: [], pending: 0 },
    'warning: Changes that earlier runs had left pending: 1 confirmed.',
  ],
])('the event %j is shown at once as "%s"', async (event, shown) => {
  const { display, stderr } = await openDisplay()
  display.tell(event)
  expect(stderr.text).toBe(`${shown}\n`)
})

test('debug events are shown with --debug only', async () => {
  const event: WorkEvent = { kind: 'debug', text: 'POST /api/graphql: 200' }
  const quiet = await openDisplay(false)
  quiet.display.tell(event)
  expect(quiet.stderr.text).toBe('')
  const debugging = await openDisplay(true)
  debugging.display.tell(event)
  expect(debugging.stderr.text).toBe('POST /api/graphql: 200\n')
})

test('progress events without work in progress show nothing', async () => {
  const { display, stderr } = await openDisplay()
  display.tell({ kind: 'rows_decided', rows: 1, done: 0.5 })
  const work = display.begin('Working')
  work.end()
  work.end()
  display.tell({ kind: 'waiting_for_store' })
  vi.advanceTimersByTime(60_000)
  expect(stderr.text).toBe('')
})
