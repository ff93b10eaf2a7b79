import { expect, test } from 'vitest'
import { makeCrowd } from '../../support/crowd.ts'
import { openStoreOf } from '../../support/fill-store.ts'
import { frozenNow } from '../../support/frozen-clock.ts'
import { makeSnapshot } from '../../support/make-snapshot.ts'
import { openYear } from '../../support/open-year.ts'
import { openTeam, withBothAddOns } from '../../support/sample-team.ts'
import { setClock } from '../../support/set-clock.ts'
import { listViolations } from './list-violations.ts'
import { describeInBrowser } from './open-browser.ts'
import { servePage } from './serve-page.ts'

/** The last sync of the year was an hour ago. */
const env = setClock(frozenNow)

const widths = [360, 800, 1400]

describeInBrowser('the accessibility of the page', (openPage) => {
  test('no rule is violated and nothing is cut off among the seats and in a plan, at any width', async () => {
    const { address } = await servePage(await openTeam(withBothAddOns))
    const { page } = await openPage(address)
    await page.getByRole('switch', { name: 'Seat for @dora' }).click()
    await page.getByRole('group', { name: /^@dora/ }).waitFor()
    expect(await listViolations(page, widths)).toEqual([])
    await page.getByRole('checkbox', { name: 'Select @ada' }).click()
    await page.getByRole('checkbox', { name: 'Select @dora' }).click()
    await page.getByRole('button', { name: 'Give seats …' }).click()
    await page.getByRole('heading', { name: 'No seat for: 1' }).waitFor()
    expect(await listViolations(page, widths)).toEqual([])
  })

  test('no rule is violated and nothing is cut off in usage and history, narrow and wide', async () => {
    const workdir = await openYear()
    await workdir.inProcess.runExpecting(0, ['assign', 'user-1'], { env })
    const { address } = await servePage(workdir, { env })
    const { page } = await openPage(`${address}/usage?by=day`)
    const check = async () => expect(await listViolations(page, [360, 1400])).toEqual([])
    await page.getByText('Values as a table').click()
    await page.getByRole('slider', { name: 'Day', exact: true }).focus()
    await page.getByText('0 of 24 seats would be taken.').waitFor()
    await check()
    await page.getByRole('link', { name: 'History' }).click()
    await page.getByRole('table', { name: 'Events' }).getByRole('link').first().waitFor()
    await check()
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await page.getByRole('link', { name: 'Run 1' }).waitFor()
    await check()
    await page.getByRole('link', { name: 'Run 1' }).click()
    await page.getByRole('heading', { name: 'Already have a seat: 1' }).waitFor()
    await check()
  })

  test('no rule is violated without users and without a purchase', async () => {
    const { address } = await servePage(await openTeam({ add_on_purchases: [], seats: [], users: [] }))
    const { page } = await openPage(address)
    await page.getByRole('heading', { name: 'No purchase' }).waitFor()
    expect(await listViolations(page, [1400])).toEqual([])
  })

  test.each([
    ['no-preference', ['1.2s', '0.8s']],
    ['reduce', ['4s', '4s']],
  ] as const)(
    'with the setting %s for motion, a row that loads and a busy switch move in periods of %j',
    async (reducedMotion, durations) => {
      const { address } = await servePage(await openStoreOf(makeSnapshot(makeCrowd(500))))
      const { page } = await openPage(address, { reducedMotion })
      await page.getByText('500 users', { exact: true }).waitFor()
      const readDuration = async (part: string) => {
        await page.locator(part).first().waitFor()
        return page.evaluate(`getComputedStyle(document.querySelector('${part}')).animationDuration`)
      }
      await page.route('**/api/**', () => {})
      await page.getByRole('switch').first().click()
      const busy = await readDuration('.switch[aria-busy=true] .switch-thumb')
      await page.evaluate('scrollTo(0, document.body.scrollHeight)')
      expect([await readDuration('.loading-bar'), busy]).toEqual(durations)
    },
  )

  test('the keyboard alone selects, opens a plan, and comes back to the button', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(address)
    await page.getByRole('checkbox', { name: 'Select @ada' }).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
    await page.getByText('9 users, 1 selected').waitFor()
    const give = page.getByRole('button', { name: 'Give seats …' })
    await give.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Give 1 seat' }).waitFor()
    const dialog = 'document.querySelector("dialog")'
    for (let step = 0; step < 6; step += 1) {
      await page.keyboard.press('Tab')
      const isInside = `document.activeElement === document.body || ${dialog}.contains(document.activeElement)`
      expect(await page.evaluate(isInside)).toBe(true)
    }
    await page.keyboard.press('Escape')
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Give seats …')
  })

  test('the keyboard alone moves between switches and gives a seat', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(address)
    await page.getByRole('switch', { name: 'Seat for @ada' }).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
    await page.getByRole('group', { name: '@Bob: Seat assigned.' }).waitFor()
    expect(await page.getByRole('status').allTextContents()).toContain('@Bob: Seat assigned.')
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Seat for @Bob')
  })
})
