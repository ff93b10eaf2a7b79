import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { formatSeats } from '../../../src/chart/seat-series.ts'
import type { RunRow } from '../../../src/page/browser/history/history-documents.ts'
import type { UsageDocument } from '../../../src/page/browser/usage/usage-documents.ts'
import { frozenNow } from '../../support/frozen-clock.ts'
import { openYear } from '../../support/open-year.ts'
import { openTeam, withBothAddOns } from '../../support/sample-team.ts'
import { setClock } from '../../support/set-clock.ts'
import type { Workdir } from '../../support/workdir.ts'
import { launchPage } from './launch-page.ts'
import { describeInBrowser } from './open-browser.ts'
import { servePage } from './serve-page.ts'

/** The last sync of the year was an hour ago. */
const env = setClock(frozenNow)

function runForJson<T>(workdir: Workdir, ...args: string[]): Promise<T> {
  return workdir.inProcess.runForJson<T>(0, args, { env })
}

async function countHolders(workdir: Workdir): Promise<number> {
  return (await runForJson<{ users: unknown[] }>(workdir, 'list')).users.length
}

/** The values of the period that the legend shows. */
function readLegend(page: Page): Promise<string[]> {
  return page.locator('.chart-legend dd').allTextContents()
}

async function setDays(page: Page, days: number): Promise<void> {
  await page.getByRole('spinbutton', { name: 'Days (1 to 365)' }).fill(String(days))
}

describeInBrowser('the view of the usage', (openPage) => {
  test('the chart and its table have the values of the command line, by keyboard and pointer', async () => {
    const workdir = await openYear()
    const { address } = await launchPage(workdir, [], env)
    const { page, problems } = await openPage(`${address}/usage`)
    await page.getByRole('combobox', { name: 'By' }).selectOption('Month')
    await page.getByLabel('Since').fill('2025-07-01')
    await expect.poll(() => page.url()).toBe(`${address}/usage?by=month&since=2025-07-01`)
    const args = ['usage', '--by', 'month', '--since', '2025-07']
    const { periods, holders } = await runForJson<UsageDocument>(workdir, ...args)
    const values = periods.map(({ from, bought, held, active }) => [
      from.slice(0, 7),
      ...[bought, held, active].map(formatSeats),
    ])
    await page.getByText('Values as a table').click()
    const table = page.getByRole('region', { name: 'Values of the chart' }).getByRole('table')
    await expect.poll(() => table.getByRole('row').count()).toBe(periods.length + 1)
    const cells = await table
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)))
    expect(cells).toEqual(values)
    const line = await page.locator('.series-held .series-line').getAttribute('d')
    expect(line?.match(/[ML]/g)).toHaveLength(periods.length)
    expect(await readLegend(page)).toEqual(values.at(-1))

    const months = page.getByRole('slider', { name: 'Month' })
    await months.focus()
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => readLegend(page)).toEqual(values.at(-2))
    expect(await months.getAttribute('aria-valuetext')).toBe(
      '2026-02. Bought: 30. Held: 22. Active in the 30 days before: 11',
    )
    const { x = 0, y = 0 } = (await months.boundingBox()) ?? {}
    await page.mouse.move(x + 9, y + 20)
    await expect.poll(() => readLegend(page)).toEqual(values[0])

    const groups = await page
      .locator('.last-use tbody tr')
      .evaluateAll((rows) => rows.map((row) => [row.children[0]?.textContent, row.children[1]?.textContent]))
    expect(groups.find(([label]) => label === '30 to 59 days ago')?.[1]).toBe('6')
    expect(groups.map(([, count]) => count).sort()).toEqual(Object.values(holders).map(formatSeats).sort())
    expect(problems).toEqual([])
  })

  test('the number of the slider is that of the plan, which takes the seats, and is undone', async () => {
    const workdir = await openYear()
    const { address } = await servePage(workdir, { env })
    const { page, problems } = await openPage(`${address}/usage?days=30`)
    await page.getByText('6 of 24 seats would be taken.').waitFor()
    await page.getByRole('checkbox', { name: /^Include old seats/ }).check()
    await page.getByText('11 of 24 seats would be taken.').waitFor()
    await setDays(page, 41)
    await page.getByText('5 of 24 seats would be taken.').waitFor()
    const slider = page.getByRole('slider', { name: 'Days without use' })
    await slider.focus()
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/^40 days: \d+ seats$/)
    await expect.poll(() => page.url()).toBe(`${address}/usage?days=40&never=1`)
    const count = (await slider.getAttribute('aria-valuetext'))?.match(/\d+/g)?.[1]
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Take the seats without use for 40 days' })
    await dialog.getByRole('heading', { name: `Would lose the seat: ${count}` }).waitFor()
    await dialog.getByRole('textbox').fill(String(count))
    await dialog.getByRole('button', { name: `Take ${count} seats` }).click()
    await dialog.getByRole('heading', { name: `Lost the seat: ${count}` }).waitFor()
    expect(await countHolders(workdir)).toBe(24 - Number(count))
    const { runs } = await runForJson<{ runs: RunRow[] }>(workdir, 'runs')
    expect(runs[0]).toMatchObject({
      command: 'reclaim',
      options: { inactive_for: '40d', include_never_active: true, max_removals: count },
      actor: expect.stringContaining('(page)'),
    })
    await dialog.getByRole('button', { name: 'Undo …' }).click()
    const undo = page.getByRole('dialog', { name: 'Undo run 1' })
    await undo.getByRole('button', { name: `Give ${count} seats` }).click()
    await undo.getByRole('heading', { name: `Got a seat: ${count}` }).waitFor()
    await undo.getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toMatch(/^Take \d+ seats? …/)
    expect(await countHolders(workdir)).toBe(24)
    expect(problems).toEqual([])
  })

  test('a plan that has changed is shown again, and the slider follows', async () => {
    const workdir = await openYear()
    const { address } = await servePage(workdir, { env })
    const { page } = await openPage(`${address}/usage?days=40`)
    await page.getByRole('button', { name: 'Take 6 seats' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('6')
    await workdir.inProcess.runExpecting(0, ['unassign', 'user-1'], { env })
    await dialog.getByRole('button', { name: 'Take 6 seats' }).click()
    await dialog.getByText('Seats have changed meanwhile.').waitFor()
    expect(await countHolders(workdir)).toBe(23)
    await page.keyboard.press('Escape')
    await page.getByText('5 of 23 seats would be taken.').waitFor()
  })

  test('the view of the usage says that the use is unknown where GitLab reports no activity', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(`${address}/usage`)
    const sentence = 'GitLab reports no GitLab Duo activity: the use of the seats is unknown.'
    await page.getByRole('region', { name: 'Idle seats' }).getByText(sentence).waitFor()
    await page.getByRole('region', { name: 'Last use' }).getByText(sentence).waitFor()
    expect(await page.getByRole('cell', { name: 'unknown' }).count()).toBe(6)
    await page.getByText('0 of 1 seat would be taken.').waitFor()
    expect(await page.getByRole('button', { name: 'Take 0 seats' }).getAttribute('aria-disabled')).toBe(
      'true',
    )
  })

  test('the view of the usage shows each of two add-ons, and takes no seat of an expired purchase', async () => {
    const [pro, enterprise] = withBothAddOns.add_on_purchases
    const purchases = [pro, { ...enterprise, expires_on: '2026-02-01' }]
    const { address } = await servePage(await openTeam({ add_on_purchases: purchases }))
    const { page } = await openPage(`${address}/usage`)
    await page.getByRole('button', { name: 'Take 0 seats' }).waitFor()
    await page.getByRole('region', { name: 'GitLab Duo Enterprise' }).getByRole('button').click()
    await page.getByText('The purchase is not active, so no seat can be taken.').waitFor()
    expect(page.url()).toBe(`${address}/usage?add_on=duo-enterprise`)
  })

  test('the view of the usage shows a read-only store without a button that takes seats', async () => {
    const workdir = await openYear()
    const { address } = await launchPage(workdir, ['--read-only'], env)
    const { page } = await openPage(`${address}/usage?days=30`)
    await page.getByText('6 of 24 seats would be taken.').waitFor()
    expect(await page.getByRole('button', { name: /^Take/ }).count()).toBe(0)
    expect(await countHolders(workdir)).toBe(24)
  })
})
