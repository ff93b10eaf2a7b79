import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { makePurchase } from '../support/make-snapshot.ts'
import { shareStore } from '../support/open-after.ts'
import { openPage, type TestPage } from '../support/open-page.ts'
import { openYear } from '../support/open-year.ts'
import { makeTeamSnapshot, openTeam } from '../support/sample-team.ts'
import { syncStore } from '../support/sync-store.ts'
import type { Workdir } from '../support/workdir.ts'

const atNine = { env: frozenClock }

interface Rows {
  next: number | null
  events?: { number: number; change: string }[]
  runs?: { id: number }[]
}

/** A page at the frozen clock. A command line in this process sets the clock back. */
async function openPageAtNine(workdir: Workdir): Promise<TestPage> {
  vi.setSystemTime(frozenNow)
  onTestFinished(() => void vi.useRealTimers())
  return openPage(workdir.join('store.db'))
}

async function read(page: TestPage, path: string): Promise<Rows> {
  const [status, answer] = await page.read(path)
  expect([path, status]).toEqual([path, 200])
  return answer as Rows
}

/** After a year of syncs, runs gave and took seats, and one was undone. */
const openBusyYear = shareStore(async () => {
  const workdir = await openYear()
  for (const line of ['unassign user-3', 'assign user-3', 'undo 2 --yes', 'assign user-4'])
    await workdir.inProcess.runExpecting(0, line.split(' '), atNine)
  return workdir
})

describe('/api/history', () => {
  test.each([
    ['', []],
    ['?user=user-3', ['--user', 'user-3']],
    ['?user=@USER-3&by=run', ['--user', 'user-3', '--by', 'run']],
    ['?by=gitlab&change=lost', ['--by', 'gitlab', '--change', 'lost']],
    ['?change=given,taken&add_on=duo-pro', ['--change', 'given', 'taken', '--add-on', 'duo-pro']],
    ['?since=2025-10&until=2025-12-02', ['--since', '2025-10', '--until', '2025-12-02']],
    ['?since=2026-03-02', ['--since', '2026-03-02']],
    [
      '?since=2025-10-02T08:00:00.000Z&until=2025-12-02T08:00:00.000Z',
      ['--since', '2025-10-02T08:00:00Z', '--until', '2025-12-02T08:00:00Z'],
    ],
  ])('the query %j has the document of history %j', async (query, options) => {
    const workdir = await openBusyYear()
    const history = await workdir.inProcess.runForJson<Rows>(0, ['history', ...options], atNine)
    expect(history.events).not.toEqual([])
    const page = await openPageAtNine(workdir)
    expect(await page.read(`/api/history${query}`)).toEqual([200, { ...history, next: null }])
  })

  test('all events come in pages', async () => {
    const workdir = await openBusyYear()
    const all = await workdir.inProcess.runForJson<Rows>(0, ['history'], atNine)
    const page = await openPageAtNine(workdir)
    const events: object[] = []
    let before = ''
    for (;;) {
      const rows = await read(page, `/api/history?limit=7&before=${before}`)
      events.push(...(rows.events ?? []))
      if (rows.next === null) break
      expect(rows.events).toHaveLength(7)
      before = String(rows.next)
    }
    expect(events).toEqual(all.events)
  })

  test.each([
    ['user=zelda', 'The store has no user with the name, email address or id "zelda".'],
    ['change=given,stolen', /^The parameter change\.1 is malformed: /],
    ['until=soon', /^The parameter until is malformed: /],
    ['until=2026-02-30T08:00:00.000Z', /^The parameter until is malformed: /],
    ['since=2026-02-28T08:00', /^The parameter since is malformed: /],
    ['by=ada', /^The parameter by is malformed: /],
    ['limit=501', /^The parameter limit is malformed: /],
  ])('/api/history answers 400 for %s', async (query, message) => {
    const page = await openPageAtNine(await openBusyYear())
    const [status, answer] = await page.read(`/api/history?${query}`)
    expect(status).toBe(400)
    expect((answer as { error: { message: string } }).error.message).toMatch(message)
  })
})

describe('/api/runs', () => {
  test.each([
    ['', []],
    ['?user=user-3', ['--user', 'user-3']],
    ['?user=user-4&outcome=already_assigned', ['--user', 'user-4', '--outcome', 'already_assigned']],
    ['?since=2026-03-02&until=2026-03-02&outcome=assigned', ['--outcome', 'assigned']],
  ])('the query %j has the document of runs %j', async (query, options) => {
    const workdir = await openBusyYear()
    const list = await workdir.inProcess.runForJson<Rows>(0, ['runs', ...options], atNine)
    expect(list.runs).not.toEqual([])
    const page = await openPageAtNine(workdir)
    expect(await page.read(`/api/runs${query}`)).toEqual([200, { ...list, next: null }])
  })

  test('all runs come in pages, the newest first', async () => {
    const page = await openPageAtNine(await openBusyYear())
    const first = await read(page, '/api/runs?limit=2')
    const second = await read(page, `/api/runs?limit=2&before=${first.next}`)
    expect([first, second].map(({ runs, next }) => [runs?.map(({ id }) => id), next])).toEqual([
      [[4, 3], 3],
      [[2, 1], null],
    ])
  })

  test('the runs of an actor can be chosen', async () => {
    const page = await openPageAtNine(await openBusyYear())
    await page.send('/api/runs', { command: 'assign', add_on: null, user_ids: [3], dry_run: false })
    const { runs } = await read(page, '/api/runs?limit=1')
    const { actor } = (runs?.[0] ?? {}) as { actor?: string }
    expect(actor).toContain('(page)')
    const own = await read(page, `/api/runs?actor=${encodeURIComponent(actor ?? '')}`)
    expect(own.runs?.map(({ id }) => id)).toEqual([5])
  })
})

describe('/api/runs/ID', () => {
  test('/api/runs/ID has the document of runs show, and no reason against an undo', async () => {
    const workdir = await openBusyYear()
    const shown = await workdir.inProcess.runForJson(0, ['runs', 'show', '2'], atNine)
    const page = await openPageAtNine(workdir)
    expect(await page.read('/api/runs/2')).toEqual([200, { ...shown, undo_refusal: null }])
  })

  test('/api/runs/ID says why a run cannot be undone, with the sentence of undo', async () => {
    const workdir = await openTeam()
    await workdir.inProcess.run(['bulk-assign', '-', '--on-shortage', 'fail'], {
      ...atNine,
      stdin: 'username\nada\nBob\ncarol\neve\nfrank\n',
    })
    await workdir.inProcess.runExpecting(0, ['assign', 'eve'], atNine)
    const renewed = [makePurchase({ id: 2, started_on: '2026-03-02', quantity: 4 })]
    await syncStore(workdir, makeTeamSnapshot({ add_on_purchases: renewed, seats: [] }))
    const page = await openPageAtNine(workdir)
    for (const [id, message] of [
      [1, 'Run 1 was refused as a whole and changed nothing, so it cannot be undone.'],
      [2, 'The add-on purchase of run 2 is over. Nothing was written.'],
    ] as const) {
      expect(await page.read(`/api/runs/${id}`)).toMatchObject([200, { undo_refusal: { message } }])
      const [, plan] = await page.send(`/api/runs/${id}/undo`, { dry_run: true })
      expect(plan).toMatchObject({ error: { message } })
    }
  })

  test('a run can be undone after its purchase became one of Duo Enterprise', async () => {
    const workdir = await openTeam()
    await workdir.inProcess.runExpecting(0, ['assign', 'eve'], atNine)
    const { add_on_purchases: bought, seats } = makeTeamSnapshot()
    const replaced = bought.map((purchase) => ({ ...purchase, add_on: 'duo-enterprise' as const }))
    await syncStore(workdir, makeTeamSnapshot({ add_on_purchases: replaced, seats }))
    const page = await openPageAtNine(workdir)
    expect(await page.read('/api/runs/1')).toMatchObject([200, { undo_refusal: null }])
    const [, plan] = await page.send('/api/runs/1/undo', { dry_run: true })
    expect(plan).not.toHaveProperty('error')
  })

  test('/api/runs/ID answers 400 for a run that does not exist', async () => {
    const page = await openPageAtNine(await openTeam())
    expect(await page.read('/api/runs/7')).toMatchObject([
      400,
      { error: { message: 'Run 7 does not exist.' } },
    ])
  })
})
