import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { HistoryDocument } from '../../../src/page/browser/history/history-documents.ts'
import { makeHolders } from '../../support/crowd.ts'
import { openStoreOf } from '../../support/fill-store.ts'
import { frozenNow } from '../../support/frozen-clock.ts'
import { makeSnapshot } from '../../support/make-snapshot.ts'
import { openYear } from '../../support/open-year.ts'
import { openTeam } from '../../support/sample-team.ts'
import { setClock } from '../../support/set-clock.ts'
import type { Workdir } from '../../support/workdir.ts'
import { launchPage } from './launch-page.ts'
import { describeInBrowser } from './open-browser.ts'
import { servePage } from './serve-page.ts'

/** The last sync of the year was an hour ago. */
const env = setClock(frozenNow)

const utc = { timezoneId: 'UTC', viewport: { width: 1400, height: 2_000 } }

async function listHolders(workdir: Workdir): Promise<string[]> {
  const { users } = await workdir.inProcess.runForJson<{ users: { username: string }[] }>(0, ['list'], {
    env,
  })
  return users.map(({ username }) => username)
}

async function listEvents(workdir: Workdir, ...options: string[]): Promise<string[]> {
  const { events } = await workdir.inProcess.runForJson<HistoryDocument>(0, ['history', ...options], { env })
  return events.map(({ username, change, message }) => [username, change, message].join(' '))
}

function readRows(page: Page): Promise<string[]> {
  return page
    .locator('.rows-body .row')
    .evaluateAll((rows) =>
      rows.map(({ children: [, user, change, message] }) =>
        [user?.textContent?.slice(1), change?.textContent, message?.textContent].join(' '),
      ),
    )
}

/** Of the focused field. */
function readDescription(page: Page): Promise<unknown> {
  return page.evaluate(
    'document.getElementById(document.activeElement.getAttribute("aria-describedby")).textContent',
  )
}

/** Two users of the team got a seat, one could not. */
async function openTeamWithRun(): Promise<Workdir> {
  const workdir = await openTeam()
  await workdir.inProcess.runExpecting(3, ['assign', 'Bob', 'eve', 'dora'], { env })
  return workdir
}

describeInBrowser('the events of the page', (openPage) => {
  test('the events are those of the command line, filtered by user, cause and time', async () => {
    const workdir = await openYear()
    await workdir.inProcess.runExpecting(0, ['unassign', 'user-11'], { env })
    await workdir.inProcess.runExpecting(0, ['assign', 'user-11'], { env })
    const { address } = await launchPage(workdir, [], env)
    const { page, problems } = await openPage(`${address}/history`, utc)
    const user = ['--user', 'user-11']
    await page.getByRole('combobox', { name: 'User', exact: true }).fill('user-11')
    await page.keyboard.press('Enter')
    await expect.poll(() => readRows(page)).toEqual(await listEvents(workdir, ...user))
    await page.getByText('5 events.').waitFor()
    const times = page.getByRole('row').nth(3).getByRole('cell').first()
    expect(await times.textContent()).toBe('between the syncs of 2025-11-02 08:00 – and 2025-12-02 08:00')
    await page.getByRole('combobox', { name: 'Cause' }).selectOption('Runs of this store')
    await expect.poll(() => readRows(page)).toEqual(await listEvents(workdir, ...user, '--by', 'run'))
    await page.getByRole('combobox', { name: 'Cause' }).selectOption('Found in GitLab')
    await page.getByLabel('Until').fill('2025-11-02')
    const since = ['--by', 'gitlab', '--until', '2025-11-02']
    await expect.poll(() => readRows(page)).toEqual(await listEvents(workdir, ...user, ...since))
    expect(page.url()).toBe(`${address}/history?user=user-11&until=2025-11-02&by=gitlab`)
    await page.reload()
    await page.getByText('2 events.').waitFor()
    expect(await page.getByRole('combobox', { name: 'User', exact: true }).inputValue()).toBe('user-11')
    await page.getByLabel('Until').fill('2024-01-01')
    await page.getByText('No event matches the filters.').waitFor()
    await page.getByRole('combobox', { name: 'User', exact: true }).fill('zelda')
    await page.keyboard.press('Enter')
    await page.getByText('The store has no user with the name, email address or id "zelda".').waitFor()
    await page.getByText('Choose a user that the field proposes, or type a user id.').waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await page.getByRole('link', { name: 'Run 2' }).waitFor()
    expect(page.url()).toBe(`${address}/history`)
    expect(problems.filter((text) => !text.includes('400'))).toEqual([])
  })

  test.each([
    ['Pacific/Kiritimati', '2026-03-02T09:59:59.999Z', '2026-03-02 23:59', '2026-03-03 00:00'],
    ['Pacific/Pago_Pago', '2026-03-03T10:59:59.999Z', '2026-03-02 23:59', '2026-03-03 00:00'],
    ['Asia/Beirut', '2026-03-28T21:59:59.999Z', '2026-03-28 23:59', '2026-03-29 01:00'],
  ])('the days of the filter begin at midnight in %s', async (timezoneId, last, evening, morning) => {
    const workdir = await openTeam()
    const first = new Date(Date.parse(last) + 1).toISOString()
    await workdir.inProcess.runExpecting(0, ['assign', 'Bob'], { env: setClock(last) })
    await workdir.inProcess.runExpecting(0, ['assign', 'eve'], { env: setClock(first) })
    const { address } = await servePage(workdir, { env: setClock(first) })
    const { page } = await openPage(`${address}/history`, { timezoneId })
    const readTimes = async () => (await page.locator('.rows-body time').allTextContents()).slice(0, 2)
    for (const show of ['', 'show=runs&']) {
      await page.goto(`${address}/history?${show}since=${morning.slice(0, 10)}`)
      await expect.poll(readTimes).toEqual([morning])
      await page.getByLabel('From').fill('')
      await page.getByLabel('Until').fill(evening.slice(0, 10))
      await expect.poll(async () => (await readTimes())[0]).toBe(evening)
      expect(page.url()).toBe(`${address}/history?${show}until=${evening.slice(0, 10)}`)
      await page.getByLabel('From').fill(evening.slice(0, 10))
      await page.getByLabel('Until').fill(morning.slice(0, 10))
      await expect.poll(readTimes).toEqual([morning, evening])
    }
    await page.getByLabel('Until').fill('9999-12-31')
    await expect.poll(readTimes).toEqual([morning, evening])
  })

  test('the name of the field for a user stays while its text is typed', async () => {
    const { address } = await servePage(await openTeamWithRun(), { env })
    const { page } = await openPage(`${address}/history`)
    const field = page.getByRole('combobox', { name: 'User', exact: true })
    await field.fill('ev')
    await expect.poll(() => readDescription(page)).toBe('(Enter to search)')
    expect(await field.inputValue()).toBe('ev')
    await page.keyboard.press('Enter')
    await expect.poll(() => readDescription(page)).toBe('')
  })

  test('older events come when asked, and new ones at once', async () => {
    const workdir = await openStoreOf(makeSnapshot(makeHolders(150, 150)))
    const { address } = await servePage(workdir, { env })
    const { page } = await openPage(`${address}/history`)
    await page.getByText('The newest 100 events.').waitFor()
    await page.getByRole('button', { name: 'Show older' }).click()
    await page.getByText('151 events.').waitFor()
    expect(await page.getByRole('button', { name: 'Show older' }).count()).toBe(0)
    expect(await page.getByRole('row').count()).toBeLessThan(60)
    await workdir.inProcess.runExpecting(0, ['unassign', 'user001'], { env })
    await page.getByText('152 events.').waitFor()
    await page.evaluate('scrollTo(0, 0)')
    await page.getByRole('link', { name: 'Run 1' }).click()
    await page.getByRole('heading', { name: 'Lost the seat: 1' }).waitFor()
  })
})

describeInBrowser('the runs of the page', (openPage) => {
  test('a run opens to its results, problems first, and is undone with a plan', async () => {
    const workdir = await openTeamWithRun()
    const { address } = await servePage(workdir, { env })
    const { page, problems } = await openPage(`${address}/history?show=runs`, utc)
    const row = page.getByRole('row').nth(1)
    await row.getByText('2 assigned, 1 invalid user membership').waitFor()
    await page.getByRole('link', { name: 'Run 1' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Run 1' }).waitFor()
    await expect
      .poll(() =>
        page.getByRole('region', { name: 'Results by user' }).getByRole('heading').allTextContents(),
      )
      .toEqual(['No seat for: 1', 'Got a seat: 2'])
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Run 1')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Undo run 1' })
    await dialog.getByRole('heading', { name: 'Would lose the seat: 2' }).waitFor()
    await workdir.inProcess.runExpecting(0, ['unassign', 'eve'], { env })
    await dialog.getByRole('button', { name: 'Take 2 seats' }).click()
    await dialog.getByText('Seats have changed meanwhile.').waitFor()
    expect(await listHolders(workdir)).toEqual(['ada', 'Bob'])
    await dialog.getByRole('button', { name: 'Take 1 seat' }).click()
    await dialog.getByRole('heading', { name: 'Lost the seat: 1' }).waitFor()
    expect(await listHolders(workdir)).toEqual(['ada'])
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.goBack()
    await page.getByRole('cell', { name: 'undo 1' }).waitFor()
    await page.getByRole('combobox', { name: 'User', exact: true }).fill('eve')
    await page.keyboard.press('Enter')
    await page.getByText('3 runs.').waitFor()
    await page.getByRole('combobox', { name: 'With result' }).selectOption('unassigned')
    await page.getByText('1 run.').waitFor()
    expect(problems).toEqual([])
  })

  test('a run that cannot be undone says why', async () => {
    const workdir = await openTeamWithRun()
    const { address } = await servePage(workdir, { env })
    await workdir.inProcess.run(['assign', 'carol', 'frank', '--on-shortage', 'fail'], { env })
    const { page } = await openPage(`${address}/history?show=runs`)
    await page.getByText('refused', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Run 2' }).click()
    await page
      .getByText('Run 2 was refused as a whole and changed nothing, so it cannot be undone.')
      .waitFor()
    expect(await page.getByRole('button', { name: 'Undo …' }).count()).toBe(0)
  })

  test('a read-only store shows the results of a run, and no means to undo it', async () => {
    const { address } = await launchPage(await openTeamWithRun(), ['--read-only'], env)
    const { page } = await openPage(`${address}/history?run=1`)
    await page.getByRole('heading', { name: 'Got a seat: 2' }).waitFor()
    expect(await page.getByRole('button', { name: 'Undo …' }).count()).toBe(0)
  })
})
