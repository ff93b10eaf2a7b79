import { copyFileSync, existsSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { frozenClock } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { boughtByMonth, daysBefore, heldByMonth, months, openYear } from '../support/open-year.ts'
import { readSvg } from '../support/read-svg.ts'
import { showInProcess } from '../support/run-at-terminal.ts'
import { openTeam, withBothAddOns } from '../support/sample-team.ts'
import { setClock } from '../support/set-clock.ts'
import { Workdir } from '../support/workdir.ts'

interface UsageDocument {
  purchase: object
  recorded_only: boolean
  synced_at: string
  holders: Record<string, number | null>
  reclaimable: Record<string, number | null>
  by: string
  periods: { from: string; to: string; bought: number | null; held: number; active: number | null }[]
}

const atNine = { env: frozenClock }

function readUsage(workdir: Workdir, ...options: string[]): Promise<UsageDocument> {
  return workdir.inProcess.runForJson<UsageDocument>(0, ['usage', ...options], atNine)
}

const yearByMonth = months.map((takenAt, index) => {
  const month = takenAt.slice(0, 7)
  const nextMonth = `${months[index + 1]?.slice(0, 7)}-01T00:00:00Z`
  return {
    from: `${month}-01`,
    to: index === 11 ? '2026-03-02' : daysBefore(nextMonth, 1),
    bought: boughtByMonth[index],
    held: heldByMonth[index],
    active: (heldByMonth[index] ?? 0) / 2,
  }
})

describe('usage after a year of syncs', () => {
  test('usage by month has the seats at the end of each month, and the activity of its last sync', async () => {
    const usage = await readUsage(await openYear(), '--by', 'month')
    expect(usage.periods).toEqual(yearByMonth)
    expect(usage).toMatchObject({
      purchase: { id: 1, add_on: 'duo-pro', quantity: 30, assigned: 24, free: 6 },
      recorded_only: true,
      synced_at: '2026-03-02T08:00:00.000Z',
      by: 'month',
    })
  })

  test('usage counts the holders by their last use, and the seats that reclaim would remove', async () => {
    const { holders, reclaimable } = await readUsage(await openYear())
    expect(holders).toEqual({
      held: 24,
      used_in_7_days: 12,
      used_in_30_days: 12,
      used_in_90_days: 18,
      idle_30_to_59_days: 6,
      idle_60_to_89_days: 0,
      idle_90_days: 0,
      without_recorded_use: 6,
      not_eligible: 0,
    })
    expect(reclaimable).toEqual({
      inactive_for_30_days: 6,
      inactive_for_60_days: 0,
      inactive_for_90_days: 0,
    })
  })

  test.each([30, 60, 90])(
    'the reclaimable seats are those that reclaim --inactive-for %id would remove',
    async (days) => {
      const workdir = await openYear()
      const { reclaimable } = await readUsage(workdir)
      const args = ['reclaim', '--inactive-for', `${days}d`, '--max-removals', '100%']
      const { summary } = await workdir.inProcess.runForJson<{ summary: { removals: number } }>(
        0,
        args,
        atNine,
      )
      expect(summary.removals).toBe(reclaimable[`inactive_for_${days}_days`])
    },
  )

  test('usage by week, the default, begins 26 weeks ago, and a week without a sync has no activity', async () => {
    const { by, periods } = await readUsage(await openYear())
    expect(by).toBe('week')
    expect(periods).toHaveLength(27)
    expect(periods.slice(0, 2)).toEqual([
      { from: '2025-09-01', to: '2025-09-07', bought: 30, held: 12, active: 6 },
      { from: '2025-09-08', to: '2025-09-14', bought: 30, held: 12, active: null },
    ])
    expect(periods.at(-1)).toEqual({ from: '2026-03-02', to: '2026-03-02', bought: 30, held: 24, active: 12 })
    expect(periods.filter(({ active }) => active !== null)).toHaveLength(7)
  })

  test.each([
    [['--by', 'day'], 31, '2026-01-31'],
    [['--by', 'day', '--since', '2025-12-31'], 62, '2025-12-31'],
    [['--by', 'day', '--since', '1y'], 335, '2025-04-02'],
    [['--by', 'month', '--since', '2026-01'], 3, '2026-01-01'],
    [['--since', '2025-12-31'], 10, '2025-12-29'],
    [['--since', '2020-01-01'], 49, '2025-03-31'],
  ])('usage %j begins where it was asked to, or with the first sync', async (options, count, from) => {
    const { periods } = await readUsage(await openYear(), ...options)
    expect([periods.length, periods[0]?.from, periods.at(-1)?.to]).toEqual([count, from, '2026-03-02'])
  })

  test('the table has the numbers of the holders, a command for each span, and a bar for each period', async () => {
    const workdir = await openYear()
    const text = await workdir.runExpecting(0, ['usage', '--by', 'month', '--since', '2025-10'], atNine)
    expect(text).toBe(`GitLab Duo Pro
Seats: 30 bought, 24 held, 6 free.

LAST USE             HOLDERS
in the last 7 days        12
in the last 30 days       12
in the last 90 days       18
30 to 59 days ago          6
60 to 89 days ago          0
90 days ago or more        0
not recorded               6
(not eligible)             0
all holders               24

IDLE FOR  RECLAIMABLE  COMMAND
30 days             6  duo-seats reclaim --inactive-for 30d
60 days             0  duo-seats reclaim --inactive-for 60d
90 days             0  duo-seats reclaim --inactive-for 90d
Without --yes these commands only show the seats.

MONTH    BOUGHT  HELD  ACTIVE
2025-10      30    14       7  ███████▒▒▒▒▒▒▒░░░░░░░░░░░░░░░░
2025-11      30    10       5  █████▒▒▒▒▒░░░░░░░░░░░░░░░░░░░░
2025-12      30    18       9  █████████▒▒▒▒▒▒▒▒▒░░░░░░░░░░░░
2026-01      30    20      10  ██████████▒▒▒▒▒▒▒▒▒▒░░░░░░░░░░
2026-02      30    22      11  ███████████▒▒▒▒▒▒▒▒▒▒▒░░░░░░░░
2026-03      30    24      12  ████████████▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░
█ active in 30 days, ▒ held, ░ free.

As of the sync 1 hour ago (2026-03-02 22:00 +14:00).
Not recorded: never used, or used before GitLab 18.0, which began to record it.
`)
  })

  test('CSV and NDJSON have the periods, with empty cells and null for unknown numbers', async () => {
    const workdir = await openYear()
    const run = (format: string) =>
      workdir.inProcess.runExpecting(0, ['usage', '--since', '2026-02-23', '--format', format], atNine)
    expect(await run('csv')).toBe(
      'from,to,bought,held,active\n2026-02-23,2026-03-01,30,22,\n2026-03-02,2026-03-02,30,24,12\n',
    )
    expect(
      (await run('ndjson'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { from: '2026-02-23', to: '2026-03-01', bought: 30, held: 22, active: null },
      { from: '2026-03-02', to: '2026-03-02', bought: 30, held: 24, active: 12 },
    ])
  })

  // `script` gives the command a terminal.
  test.runIf(existsSync('/usr/bin/script')).each([60, 80, 120])(
    'the table fits a terminal of %i columns, with all numbers of a period and a bar',
    async (columns) => {
      const workdir = await openYear()
      const args = ['usage', '--by', 'month', '--no-pager']
      const env = { ...frozenClock, NO_COLOR: undefined }
      const { code, stdout } = await showInProcess(workdir, args, env, columns)
      expect(code).toBe(0)
      const lines = stdout.replaceAll(/\u001b\[[\d;]*m/g, '').split(/\r?\n/)
      const table = lines.filter((text) => !/^(As of|Not recorded)/.test(text))
      expect(table.filter((text) => text.length > columns)).toEqual([])
      expect(lines).toContainEqual(expect.stringMatching(/^2026-02 +30 +22 +11 {2}█+▒+░+$/))
    },
  )
})

describe('facts that usage does not have', () => {
  const unknown = {
    used_in_7_days: null,
    used_in_30_days: null,
    used_in_90_days: null,
    idle_30_to_59_days: null,
    idle_60_to_89_days: null,
    idle_90_days: null,
  }

  test('all use is unknown where GitLab reports no activity, and reclaim would remove nothing', async () => {
    const workdir = await openTeam()
    const { holders, reclaimable, periods } = await readUsage(workdir)
    expect(holders).toEqual({ held: 1, ...unknown, without_recorded_use: 1, not_eligible: 0 })
    expect(Object.values(reclaimable)).toEqual([0, 0, 0])
    expect(periods).toEqual([{ from: '2026-03-02', to: '2026-03-02', bought: 4, held: 1, active: null }])
    const text = await workdir.inProcess.runExpecting(0, ['usage'], atNine)
    expect(text.match(/ unknown$/gm)).toHaveLength(6)
    expect(text).toMatch(/^2026-03-02 +4 +1 +unknown {2}▒+░+$/m)
    expect(text).toMatch(/\nGitLab reports no GitLab Duo activity: the use of the seats is unknown\.\n$/)
  })

  test('the use after an old sync is unknown', async () => {
    const workdir = await openTeam({
      taken_at: '2026-02-20T08:00:00Z',
      users: [makeUser(1, 'ada', { last_duo_activity_on: '2026-02-19' })],
    })
    const { holders } = await readUsage(workdir)
    expect(holders).toMatchObject({ used_in_7_days: null, used_in_30_days: 1, used_in_90_days: 1 })
    const text = await workdir.inProcess.runExpecting(0, ['usage'], atNine)
    expect(text).toContain('(2026-02-20 22:00 +14:00). Later use is unknown until the next sync.\n')
  })

  test('a purchase that expired has its usage, but no seats to reclaim', async () => {
    const workdir = await openTeam({ add_on_purchases: [makePurchase({ expires_on: '2026-03-01' })] })
    const { reclaimable } = await readUsage(workdir)
    expect(Object.values(reclaimable)).toEqual([null, null, null])
    const text = await workdir.inProcess.runExpecting(0, ['usage'], atNine)
    expect(text).not.toContain('RECLAIMABLE')
    expect(text).toMatch(/\nSeats: 2 bought before, 1 held\.\n.*2026-03-01/)
  })

  test('from the day of expiry on no seat is bought, without another sync', async () => {
    const workdir = await openTeam({ add_on_purchases: [makePurchase({ expires_on: '2026-03-04' })] })
    const env = setClock('2026-03-05T09:00:00Z')
    const document = JSON.parse(
      (await workdir.inProcess.run(['usage', '--by', 'day', '--format', 'json'], { env })).stdout,
    ) as UsageDocument
    expect(document.periods.map(({ from, bought, held }) => [from, bought, held])).toEqual([
      ['2026-03-02', 2, 1],
      ['2026-03-03', 2, 1],
      ['2026-03-04', 0, 1],
      ['2026-03-05', 0, 1],
    ])
    const text = (await workdir.inProcess.run(['usage'], { env })).stdout
    expect(text).toContain('\nSeats: 2 bought before, 1 held.\nGitLab Duo Pro expired on 2026-03-04.\n')
    expect(text).toMatch(/^2026-03-02 +0 +1 /m)
  })

  test('a purchase that has not begun has seats that are bought, and none that are free', async () => {
    const workdir = await openTeam({ add_on_purchases: [makePurchase({ started_on: '2026-03-09' })] })
    const text = await workdir.inProcess.runExpecting(0, ['usage'], atNine)
    expect(text).toContain('\nSeats: 2 bought, 1 held.\nGitLab Duo Pro starts on 2026-03-09.\n')
  })

  test('more seats held than bought are marked, and holders who are not eligible are said to be included', async () => {
    const workdir = await openTeam({
      add_on_purchases: [makePurchase({ quantity: 2 })],
      seats: [1, 2, 4].map((id) => makeSeat(id)),
    })
    const text = await workdir.inProcess.runExpecting(0, ['usage'], atNine)
    expect(text).toContain('Seats: 2 bought, 3 held, 1 too many.')
    expect(text).toContain('\n90 days             1  duo-seats reclaim')
    expect(text).toContain('\nSeats of holders who are not eligible are included.\n')
    expect(text).toMatch(/unknown {2}▒{20}!{10}\n█ active in 30 days, ▒ held, ░ free, ! more than bought\.\n/)
  })

  test('usage reports that a holder who is not eligible counts as active, and has a row apart', async () => {
    const use = { last_duo_activity_on: '2026-03-01' }
    const users = [makeUser(1, 'ada', use), makeUser(4, 'dora', { ...use, state: 'blocked' })]
    const workdir = await openTeam({ users, seats: [makeSeat(1), makeSeat(4)] })
    const text = await workdir.inProcess.runExpecting(0, ['usage'], atNine)
    expect(text).toContain('\nin the last 30 days        1\n')
    expect(text).toMatch(
      /^2026-03-02 +4 +2 +2 .*\n█ .*\nACTIVE includes holders who are not eligible\. LAST USE has them in a row of their own\.\n/m,
    )
  })

  test('a store that does not exist is an error, and leaves no chart', async () => {
    const workdir = new Workdir()
    const { code, stdout, stderr } = await workdir.inProcess.run(['usage', '--chart', 'usage.svg'])
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('store.db does not exist')])
    expect(readdirSync(workdir.path)).toEqual([])
  })
})

describe('usage with both add-ons', () => {
  test('one of them must be chosen, and the commands name it', async () => {
    const workdir = await openTeam(withBothAddOns)
    const { code, stderr } = await workdir.inProcess.run(['usage'], atNine)
    expect([code, stderr]).toEqual([2, expect.stringContaining('--add-on duo-enterprise')])
    const text = await workdir.inProcess.runExpecting(
      0,
      ['--store', 'store.db', 'usage', '--add-on', 'duo-pro'],
      atNine,
    )
    expect(text).toContain(
      '\n30 days             0  duo-seats --store store.db reclaim --add-on duo-pro --inactive-for 30d\n',
    )
  })

  test('each has its own seats', async () => {
    const workdir = await openTeam(withBothAddOns)
    const read = async (addOn: string) => (await readUsage(workdir, '--add-on', addOn)).periods
    expect(await read('duo-pro')).toMatchObject([{ bought: 4, held: 1 }])
    expect(await read('duo-enterprise')).toMatchObject([{ bought: 1, held: 0 }])
  })
})

describe('usage --chart', () => {
  test('usage --chart writes the periods as a picture beside the report', async () => {
    const workdir = await openYear()
    const args = ['usage', '--by', 'month', '--chart', 'usage.svg', '--format', 'json']
    const { periods } = JSON.parse(await workdir.inProcess.runExpecting(0, args, atNine)) as UsageDocument
    const { title, texts, lines, dots } = readSvg(workdir.read('usage.svg'))
    expect(title).toBe('GitLab Duo Pro: seats by month')
    expect(texts).toEqual(
      expect.arrayContaining([
        'Bought: 30',
        'Held: 24',
        'Active in the 30 days before: 12',
        'Seats',
        '2025-07',
      ]),
    )
    for (const line of Object.values(lines)) expect(line.match(/[ML]/g)).toHaveLength(periods.length)
    expect(dots).toEqual({ bought: 0, held: 0, active: 0 })
  })

  test('usage --chart draws the syncs of weeks without another one as dots', async () => {
    const workdir = await openYear()
    await workdir.inProcess.runExpecting(0, ['usage', '--quiet', '--chart', '~/weeks.svg'], {
      env: { ...frozenClock, HOME: workdir.path },
    })
    expect(readSvg(workdir.read('weeks.svg')).dots).toEqual({ bought: 0, held: 0, active: 7 })
  })

  test('usage --chart does not overwrite the store', async () => {
    const workdir = await openTeam()
    copyFileSync(workdir.join('store.db'), workdir.join('usage.svg'))
    const { code, stderr } = await workdir.inProcess.run(
      ['--store', 'usage.svg', 'usage', '--chart', './usage.svg'],
      atNine,
    )
    expect([code, stderr]).toEqual([
      2,
      'error: ./usage.svg is the store and would be overwritten.\nhint: Name another file.\n',
    ])
  })

  test('usage --chart keeps the old picture if the report fails, and leaves no other file', async () => {
    const workdir = await openTeam(withBothAddOns)
    workdir.write('usage.svg', 'old')
    const { code } = await workdir.inProcess.run(['usage', '--chart', 'usage.svg'], atNine)
    expect([code, workdir.read('usage.svg')]).toEqual([2, 'old'])
    expect(readdirSync(workdir.path).sort()).toEqual(['store.db', 'usage.svg'])
  })

  test('usage --chart fails at once for a folder that does not exist', async () => {
    const workdir = await openTeam()
    const { code, stdout, stderr } = await workdir.inProcess.run(['usage', '--chart', 'no/usage.svg'], atNine)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('no/usage.svg cannot be written: the folder does not exist.')
  })

  test.each(['usage.png', 'usage.svg.gz', ''])('usage --chart refuses the file name "%s"', async (name) => {
    const workdir = await openTeam()
    const { code, stderr } = await workdir.inProcess.run(['usage', '--chart', name], atNine)
    expect([code, stderr]).toEqual([2, expect.stringContaining('It takes ')])
  })
})
