import type { Route } from 'playwright-core'
import { expect, test } from 'vitest'
import { openTeam, withBothAddOns } from '../../support/sample-team.ts'
import { describeInBrowser } from './open-browser.ts'
import { servePage } from './serve-page.ts'

/** The server has answered, but the page waits until a function in `held` is called. */
function holdAnswers(held: (() => Promise<void>)[]): (route: Route) => Promise<void> {
  return async (route) => {
    const response = await route.fetch()
    held.push(() => route.fulfill({ response }).catch(() => {}))
  }
}

describeInBrowser('answers that the page gets late', (openPage) => {
  test.each([
    ['a seat that was given', 4, '@Bob: Seat assigned.'],
    ['a seat that was refused', 1, '@Bob: No seat is free.'],
  ])('%s does not count for another add-on that is shown meanwhile', async (_, quantity, message) => {
    const [pro, enterprise] = withBothAddOns.add_on_purchases
    const { address } = await servePage(
      await openTeam({ add_on_purchases: [{ ...pro, quantity }, enterprise] }),
    )
    const { page } = await openPage(address)
    const held: (() => Promise<void>)[] = []
    await page.route('**/api/runs', holdAnswers(held))
    const bob = page.getByRole('switch', { name: 'Seat for @Bob' })
    await bob.click()
    await expect.poll(() => held.length).toBe(1)
    await page.getByRole('region', { name: 'GitLab Duo Enterprise' }).getByRole('button').click()
    const ada = page.getByRole('switch', { name: 'Seat for @ada' })
    await expect.poll(() => ada.getAttribute('aria-checked')).toBe('false')
    await held[0]?.()
    await page.getByRole('group', { name: message }).waitFor()
    const row = page.getByRole('row').filter({ hasText: '@Bob' })
    expect([
      await bob.getAttribute('aria-checked'),
      await row.getByRole('cell').last().textContent(),
    ]).toEqual(['false', ''])
  })

  test('a change of a shell appears although the page still waits for its first users', async () => {
    const workdir = await openTeam()
    const { address } = await servePage(workdir)
    const { page } = await openPage('about:blank')
    const held: (() => Promise<void>)[] = []
    await page.route('**/api/users?**', holdAnswers(held), { times: 1 })
    await page.goto(address)
    await page.getByRole('img', { name: '1 seat of 4 held' }).waitFor()
    await expect.poll(() => held.length).toBe(1)
    await workdir.inProcess.runExpecting(0, ['assign', 'Bob'])
    await page.getByRole('img', { name: '2 seats of 4 held' }).waitFor()
    await held[0]?.()
    const bob = page.getByRole('switch', { name: 'Seat for @Bob' })
    await expect.poll(() => bob.getAttribute('aria-checked')).toBe('true')
  })
})
