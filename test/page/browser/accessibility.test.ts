import { expect, test } from 'vitest'
import { openTeam, withBothAddOns } from '../../support/sample-team.ts'
import { launchPage } from './launch-page.ts'
import { listViolations } from './list-violations.ts'
import { describeInBrowser } from './open-browser.ts'

const widths = [360, 800, 1400]
const schemes = ['light', 'dark'] as const

describeInBrowser('the accessibility of the page', (openPage) => {
  test.each(widths.flatMap((width) => schemes.map((scheme) => [width, scheme] as const)))(
    'no rule is violated and nothing is cut off, %i pixels wide and %s',
    async (width, colorScheme) => {
      const { address } = await launchPage(await openTeam(withBothAddOns))
      const { page } = await openPage(address, { viewport: { width, height: 800 }, colorScheme })
      await page.getByRole('switch', { name: 'Seat for @dora' }).click()
      await page.getByRole('group', { name: /^@dora/ }).waitFor()
      expect(await listViolations(page)).toEqual([])
      await page.getByRole('checkbox', { name: 'Select @ada' }).click()
      await page.getByRole('checkbox', { name: 'Select @dora' }).click()
      await page.getByRole('button', { name: 'Give seats …' }).click()
      await page.getByRole('heading', { name: 'No seat for: 1' }).waitFor()
      expect(await listViolations(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    },
  )

  test('no rule is violated without people and without a purchase', async () => {
    const { address } = await launchPage(await openTeam({ add_on_purchases: [], seats: [], users: [] }))
    const { page } = await openPage(address)
    await page.getByRole('heading', { name: 'No purchase' }).waitFor()
    expect(await listViolations(page)).toEqual([])
  })

  test('the keyboard alone selects, opens a plan, and comes back to the button', async () => {
    const { address } = await launchPage(await openTeam())
    const { page } = await openPage(address)
    await page.getByRole('checkbox', { name: 'Select @ada' }).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
    await page.getByText('9 people, 1 selected').waitFor()
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
    const { address } = await launchPage(await openTeam())
    const { page } = await openPage(address)
    await page.getByRole('switch', { name: 'Seat for @ada' }).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
    await page.getByRole('group', { name: '@Bob: Seat assigned.' }).waitFor()
    expect(await page.getByRole('status').allTextContents()).toContain('@Bob: Seat assigned.')
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Seat for @Bob')
  })
})
