import { copyFileSync, renameSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeHolders } from '../../support/crowd.ts'
import { openStoreOf } from '../../support/fill-store.ts'
import { makeSnapshot } from '../../support/make-snapshot.ts'
import { openTeam, withFreeSeats } from '../../support/sample-team.ts'
import type { Workdir } from '../../support/workdir.ts'
import { launchPage } from './launch-page.ts'
import { describeInBrowser } from './open-browser.ts'
import { servePage } from './serve-page.ts'

async function listHolders(workdir: Workdir): Promise<string[]> {
  const { users } = await workdir.inProcess.runForJson<{ users: { username: string }[] }>(0, ['list'])
  return users.map(({ username }) => username)
}

describeInBrowser('changes of seats in the browser', (openPage) => {
  test('a switch gives a seat as a run of one, and "Undo" takes it back', async () => {
    const workdir = await openTeam()
    const { address } = await launchPage(workdir)
    const { page, problems } = await openPage(address)
    const bob = page.getByRole('switch', { name: 'Seat for @Bob' })
    await bob.click()
    await page.getByRole('group', { name: '@Bob: Seat assigned.' }).waitFor()
    await expect.poll(() => bob.getAttribute('aria-checked')).toBe('true')
    expect(await listHolders(workdir)).toEqual(['ada', 'Bob'])
    const { runs } = await workdir.inProcess.runForJson<{ runs: { actor: string }[] }>(0, ['runs'])
    expect(runs).toHaveLength(1)
    expect(runs[0]?.actor).toContain('page')
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => bob.getAttribute('aria-checked')).toBe('false')
    expect(await listHolders(workdir)).toEqual(['ada'])
    expect(problems).toEqual([])
  })

  test('an "Undo" that comes too late is a problem', async () => {
    const workdir = await openTeam()
    const { address } = await servePage(workdir)
    const { page } = await openPage(address)
    await page.getByRole('switch', { name: 'Seat for @Bob' }).click()
    await page.getByRole('group', { name: '@Bob: Seat assigned.' }).waitFor()
    for (const command of ['unassign', 'assign']) await workdir.inProcess.runExpecting(0, [command, 'Bob'])
    await page.getByRole('button', { name: 'Undo' }).click()
    const message = page.getByRole('group', {
      name: '@Bob: Not changed: the seat was changed after that run.',
    })
    expect(await message.getAttribute('class')).toContain('notice-problem')
  })

  test('a switch that fails shows the sentence of the outcome', async () => {
    const { address } = await servePage(await openTeam(withFreeSeats(0)))
    const { page } = await openPage(address)
    await page.getByRole('switch', { name: 'Seat for @Bob' }).click()
    await page.getByRole('group', { name: '@Bob: No seat is free.' }).waitFor()
    await page.getByRole('switch', { name: 'Seat for @dora' }).click()
    await page.getByRole('group', { name: '@dora: The user is blocked.' }).waitFor()
    const row = page.getByRole('row').filter({ hasText: '@Bob' })
    expect(await row.getByRole('cell').last().textContent()).toBe('No seat is free.')
    expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0)
  })

  test('a selection shows its plan, gives the seats, and shows the results', async () => {
    const workdir = await openTeam()
    const { address } = await servePage(workdir)
    const { page, problems } = await openPage(address)
    await page.getByRole('button', { name: 'Select all 9' }).click()
    await page.getByRole('button', { name: 'Give seats …' }).click()
    const dialog = page.getByRole('dialog', { name: 'Give seats to 9 users' })
    await dialog.getByRole('heading', { name: 'No seat for: 5' }).waitFor()
    await dialog.getByRole('heading', { name: 'Would get a seat: 3' }).waitFor()
    expect(await dialog.locator('dd').allTextContents()).toEqual([
      '1 →, after it 4',
      '3 →, after it 0',
      '3',
      '3',
    ])
    expect(await listHolders(workdir)).toEqual(['ada'])
    await dialog.getByRole('button', { name: 'Give 3 seats' }).click()
    await dialog.getByRole('heading', { name: 'Got a seat: 3' }).waitFor()
    await dialog.getByText('Done. 5 rows did not get what was asked: see below.').waitFor()
    expect(await page.evaluate('document.activeElement.closest("dialog") !== null')).toBe(true)
    expect(await listHolders(workdir)).toHaveLength(4)
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByText('9 users', { exact: true }).waitFor()
    expect(problems).toEqual([])
  })

  test('Back closes a plan, and a message that goes away leaves the focus to the view', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(`${address}/usage`)
    await page.getByRole('link', { name: 'Seats' }).click()
    await page.getByRole('switch', { name: 'Seat for @Bob' }).click()
    await page.getByRole('button', { name: 'Dismiss the message' }).click()
    expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN')
    await page.getByRole('checkbox', { name: 'Select @ada' }).click()
    await page.getByRole('button', { name: 'Take seats …' }).click()
    await page.getByRole('button', { name: 'Take 1 seat' }).waitFor()
    await page.goBack()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  test('more removals than the cap allows need their number typed', async () => {
    const workdir = await openStoreOf(makeSnapshot(makeHolders(12, 15)))
    const { address } = await servePage(workdir)
    const { page } = await openPage(address)
    await page.getByRole('button', { name: 'Select all 15' }).click()
    await page.getByRole('button', { name: 'Take seats …' }).click()
    const take = page.getByRole('button', { name: 'Take 12 seats' })
    await take.waitFor()
    expect(await take.isDisabled()).toBe(true)
    await page.getByRole('dialog').getByRole('textbox').fill('12')
    await take.click()
    await page.getByRole('heading', { name: 'Lost the seat: 12' }).waitFor()
    expect(await listHolders(workdir)).toEqual([])
  })

  test('a plan that has changed is shown again instead of carried out', async () => {
    const workdir = await openTeam()
    const { address } = await servePage(workdir)
    const { page } = await openPage(address)
    await page.getByRole('checkbox', { name: 'Select @Bob' }).click()
    await page.getByRole('checkbox', { name: 'Select @eve' }).click()
    await page.getByRole('button', { name: 'Give seats …' }).click()
    await page.getByRole('button', { name: 'Give 2 seats' }).waitFor()
    await workdir.inProcess.runExpecting(0, ['assign', 'eve'])
    await page.getByRole('button', { name: 'Give 2 seats' }).click()
    await page.getByText('Seats have changed meanwhile.').waitFor()
    expect(await listHolders(workdir)).toEqual(['ada', 'eve'])
    await page.getByRole('button', { name: 'Give 1 seat' }).click()
    await page.getByRole('heading', { name: 'Got a seat: 1' }).waitFor()
    expect(await listHolders(workdir)).toEqual(['ada', 'Bob', 'eve'])
  })

  test('changes of another browser and of a shell appear', async () => {
    const workdir = await openTeam()
    const { address } = await launchPage(workdir)
    const { page } = await openPage(address)
    const { page: other } = await openPage(address)
    await other.getByRole('switch', { name: 'Seat for @Bob' }).click()
    const bob = page.getByRole('switch', { name: 'Seat for @Bob' })
    await expect.poll(() => bob.getAttribute('aria-checked'), { timeout: 30_000 }).toBe('true')
    await workdir.inProcess.runExpecting(0, ['unassign', 'ada'])
    const ada = page.getByRole('switch', { name: 'Seat for @ada' })
    await expect.poll(() => ada.getAttribute('aria-checked'), { timeout: 30_000 }).toBe('false')
  })

  test('a killed server is told, and the page goes on as soon as it is back', async () => {
    const workdir = await openTeam()
    const server = await launchPage(workdir)
    const { page } = await openPage(server.address)
    const ada = page.getByRole('switch', { name: 'Seat for @ada' })
    await ada.waitFor()
    await server.stop('SIGKILL')
    const banner = page.getByRole('alert').filter({ hasText: 'does not answer' })
    await banner.waitFor()
    expect(await banner.textContent()).toMatch(
      `To start it: duo-seats page --store ${workdir.join('store.db')}`,
    )
    expect(await ada.getAttribute('aria-disabled')).toBe('true')
    await launchPage(workdir)
    await expect.poll(() => ada.getAttribute('aria-disabled'), { timeout: 30_000 }).toBe('false')
  })

  test('a store that was replaced is told on an open page, and its switches are locked', async () => {
    const workdir = await openTeam()
    const { address } = await servePage(workdir)
    const { page } = await openPage(address)
    const ada = page.getByRole('switch', { name: 'Seat for @ada' })
    await ada.waitFor()
    copyFileSync(workdir.join('store.db'), workdir.join('other.db'))
    renameSync(workdir.join('other.db'), workdir.join('store.db'))
    await page
      .getByRole('alert')
      .filter({ hasText: 'was deleted or replaced while the page was open' })
      .waitFor()
    await expect.poll(() => ada.getAttribute('aria-disabled')).toBe('true')
  })

  test('a server with another secret is told, and its address goes on in the same tab', async () => {
    const workdir = await openTeam()
    const server = await launchPage(workdir)
    const { page } = await openPage(server.address)
    const ada = page.getByRole('switch', { name: 'Seat for @ada' })
    await ada.waitFor()
    await server.stop('SIGKILL')
    rmSync(workdir.join('store.db-page'))
    const next = await launchPage(workdir, ['--port', new URL(server.address).port])
    await page.getByRole('alert').filter({ hasText: 'does not accept the secret' }).waitFor()
    await page.goto(next.address)
    await expect.poll(() => ada.getAttribute('aria-disabled')).toBe('false')
  })
})
