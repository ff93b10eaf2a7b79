import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { openPage, type TestPage } from '../support/open-page.ts'
import { openYear } from '../support/open-year.ts'
import type { RunDocument } from '../support/run-document.ts'
import { openTeam, withBothAddOns } from '../support/sample-team.ts'
import type { Workdir } from '../support/workdir.ts'

const atNine = { env: frozenClock }

/** A page at the frozen clock. A command line in this process sets the clock back. */
async function openPageAtNine(workdir: Workdir): Promise<TestPage> {
  vi.setSystemTime(frozenNow)
  onTestFinished(() => void vi.useRealTimers())
  return openPage(workdir.join('store.db'))
}

interface ReclaimableAnswer {
  add_on: string
  with_recorded_use: number[] | null
  including_never_active: number[] | null
}

async function readReclaimable(page: TestPage, query = ''): Promise<ReclaimableAnswer> {
  const [status, answer] = await page.read(`/api/reclaimable${query}`)
  expect(status).toBe(200)
  return answer as ReclaimableAnswer
}

function planReclaim(days: number, includeNeverActive: boolean) {
  return {
    command: 'reclaim',
    add_on: null,
    inactive_for_days: days,
    include_never_active: includeNeverActive,
    dry_run: true,
  }
}

describe('/api/usage', () => {
  test.each([
    ['', []],
    ['?by=month&since=2025-07', ['--by', 'month', '--since', '2025-07']],
    ['?by=day&since=2026-02-20&add_on=duo-pro', ['--by', 'day', '--since', '2026-02-20']],
  ])('the query %j has the document of usage %j', async (query, options) => {
    const workdir = await openYear()
    const usage = await workdir.inProcess.runForJson(0, ['usage', ...options], atNine)
    const page = await openPageAtNine(workdir)
    expect(await page.read(`/api/usage${query}`)).toEqual([200, usage])
  })

  test.each(['by=year', 'since=March', 'since=2026-02-30', 'add_on=duo'])(
    '/api/usage answers 400 for %s',
    async (query) => {
      const page = await openPageAtNine(await openYear())
      const [name] = query.split('=')
      const message = expect.stringMatching(`^The parameter ${name} is malformed: `)
      expect(await page.read(`/api/usage?${query}`)).toMatchObject([400, { error: { message } }])
    },
  )
})

describe('/api/reclaimable', () => {
  test.each([1, 30, 40, 41, 335, 365])(
    'the number for %i days is that of the plan of the reclaim',
    async (days) => {
      const page = await openPageAtNine(await openYear())
      const counts = await readReclaimable(page)
      for (const [seats, includeNeverActive] of [
        [counts.with_recorded_use, false],
        [counts.including_never_active, true],
      ] as const) {
        const [, plan] = await page.send<RunDocument>('/api/runs', planReclaim(days, includeNeverActive))
        expect(plan.summary.removals).toBe(seats?.[days - 1])
      }
    },
  )

  test('/api/reclaimable counts up to 365 days, with and without holders who have no recorded use', async () => {
    const counts = await readReclaimable(await openPageAtNine(await openYear()))
    expect(counts.add_on).toBe('duo-pro')
    expect([counts.with_recorded_use?.length, counts.including_never_active?.length]).toEqual([365, 365])
    expect([1, 2, 40, 41].map((days) => counts.with_recorded_use?.[days - 1])).toEqual([18, 6, 6, 0])
    expect(counts.including_never_active?.[0]).toBe(23)
  })

  test('/api/reclaimable has no numbers for a purchase that expired', async () => {
    const workdir = await openTeam({ add_on_purchases: [makePurchase({ expires_on: '2026-03-01' })] })
    const counts = await readReclaimable(await openPageAtNine(workdir))
    expect(counts).toMatchObject({ with_recorded_use: null, including_never_active: null })
  })

  test('/api/reclaimable needs the add-on while both are active', async () => {
    const page = await openPageAtNine(await openTeam(withBothAddOns))
    expect((await page.read('/api/reclaimable'))[0]).toBe(400)
    expect((await readReclaimable(page, '?add_on=duo-enterprise')).add_on).toBe('duo-enterprise')
  })
})

describe('a reclaim of the page', () => {
  /** Three idle holders and one in use. */
  const idleTeam = {
    add_on_purchases: [makePurchase({ quantity: 6 })],
    users: [
      makeUser(1, 'ada', { last_duo_activity_on: '2026-03-01' }),
      makeUser(2, 'Bob', { last_duo_activity_on: '2025-12-01' }),
      makeUser(3, 'carol', { last_duo_activity_on: '2025-11-01' }),
      makeUser(4, 'dora'),
    ],
    seats: [1, 2, 3, 4].map((id) => makeSeat(id, { assigned_at: '2025-06-01T00:00:00Z' })),
  }

  test('a reclaim of the page shows the document of reclaim before it is carried out', async () => {
    const workdir = await openTeam(idleTeam)
    const typed = await workdir.inProcess.runForJson<RunDocument>(
      5,
      ['reclaim', '--inactive-for', '60d'],
      atNine,
    )
    const page = await openPageAtNine(workdir)
    const [status, plan] = await page.send<RunDocument & { refusal: object }>(
      '/api/runs',
      planReclaim(60, false),
    )
    expect([status, plan.results, plan.summary]).toEqual([200, typed.results, typed.summary])
    expect(plan.refusal).toMatchObject({ code: 'too_many_removals' })
  })

  test('a reclaim of the page takes the agreed seats, is recorded as reclaim, and can be undone', async () => {
    const workdir = await openTeam(idleTeam)
    const page = await openPageAtNine(workdir)
    const order = { ...planReclaim(60, true), dry_run: false }
    const without = await page.send('/api/runs', { ...order, max_removals: 3 })
    expect(without).toMatchObject([400, { error: { message: expect.stringContaining('agreed to') } }])
    expect(await page.send('/api/runs', { ...order, agreed_removals: [2, 3, 4] })).toMatchObject([
      409,
      { error: { code: 'refused' } },
    ])
    const [status, run] = await page.send<RunDocument>('/api/runs', {
      ...order,
      agreed_removals: [2, 3, 4],
      max_removals: 3,
    })
    expect([status, run.summary.removals]).toEqual([200, 3])
    expect(await page.read(`/api/runs/${run.run.id}`)).toMatchObject([
      200,
      {
        run: {
          command: 'reclaim',
          options: {
            inactive_for: '60d',
            include_never_active: true,
            max_removals: '3',
            seat_age_unknown: null,
            to_free: null,
            except: null,
          },
          actor: expect.stringContaining('(page)'),
        },
        undo_refusal: null,
      },
    ])
    const [undone] = await page.send(`/api/runs/${run.run.id}/undo`, { dry_run: false })
    expect(undone).toBe(200)
    expect(await page.read('/api/users?seat=held')).toMatchObject([200, { total: 4 }])
  })

  test('a reclaim of the page does not take a seat that became idle after the agreement', async () => {
    const page = await openPageAtNine(await openTeam(idleTeam))
    const order = { ...planReclaim(60, false), dry_run: false, agreed_removals: [2], max_removals: 3 }
    expect(await page.send('/api/runs', order)).toMatchObject([409, { error: { code: 'refused' } }])
    expect(await page.read('/api/users?seat=held')).toMatchObject([200, { total: 4 }])
  })

  test.each([
    [{ inactive_for_days: 0 }, 'inactive_for_days'],
    [{ inactive_for_days: 366 }, 'inactive_for_days'],
    [{ include_never_active: 'yes' }, 'include_never_active'],
    [{ user_ids: [1] }, 'user_ids'],
  ])('a reclaim of the page answers 400 for %j', async (facts, place) => {
    const page = await openPageAtNine(await openTeam(idleTeam))
    const message = expect.stringMatching(`^The body is malformed at ${place}: `)
    expect(await page.send('/api/runs', { ...planReclaim(60, false), ...facts })).toMatchObject([
      400,
      { error: { message } },
    ])
  })
})
