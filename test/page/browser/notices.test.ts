import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { makeCrowd } from '../../support/crowd.ts'
import { openStoreOf } from '../../support/fill-store.ts'
import { makeSnapshot } from '../../support/make-snapshot.ts'
import { openTeam } from '../../support/sample-team.ts'
import { dropList } from './give-list.ts'
import { listViolations } from './list-violations.ts'
import { describeInBrowser } from './open-browser.ts'
import { servePage } from './serve-page.ts'

function nameFocused(page: Page): Promise<unknown> {
  return page.evaluate('document.activeElement.ariaLabel ?? document.activeElement.textContent')
}

/** Collects what assistive technology announces about messages. */
const watchStatus = `{
  window.announced = []
  const status = document.querySelector('.notices [role=status]')
  new MutationObserver(() => announced.push(status.textContent)).observe(status, {
    childList: true, subtree: true, characterData: true,
  })
}`

/** As by a hand that leaves the focus where it is. */
function toggle(page: Page, username: string): Promise<unknown> {
  return page.evaluate(`document.querySelector('[aria-label="Seat for @${username}"]').click()`)
}

const coveredButtons = `[...document.querySelectorAll('.list-buttons button')]
  .filter((button) => {
    const { x, y, width, height } = button.getBoundingClientRect()
    return !button.contains(document.elementFromPoint(x + width / 2, y + height / 2))
  })
  .map(({ textContent }) => textContent)`

/** Buttons below the list whose middle something else covers. */
async function listCovered(page: Page, width: number): Promise<object> {
  const scroll = (top: number) =>
    page.evaluate(`new Promise((done) => {
      scrollTo(0, ${top})
      requestAnimationFrame(() => requestAnimationFrame(done))
    })`)
  await page.setViewportSize({ width, height: 800 })
  await scroll(0)
  const atStart = await page.evaluate(coveredButtons)
  await scroll(10_000)
  return { width, atStart, atEnd: await page.evaluate(coveredButtons) }
}

describeInBrowser('the messages of the page', (openPage) => {
  test('F8 leads from the middle of a long table to Undo, and Undo leads back to the switch', async () => {
    const { address } = await servePage(await openStoreOf(makeSnapshot(makeCrowd(500))))
    const { page } = await openPage(address)
    await page.getByText('500 users', { exact: true }).waitFor()
    await page.evaluate('scrollTo(0, 10000)')
    const user = page.getByRole('switch', { name: 'Seat for @user250', exact: true })
    await user.focus()
    await page.keyboard.press('Space')
    await page.getByRole('group', { name: '@user250: Seat assigned.' }).waitFor()
    const top = await page.evaluate('scrollY')
    await page.keyboard.press('F8')
    expect(await nameFocused(page)).toBe('Undo: @user250: Seat assigned.')
    await page.keyboard.press('Enter')
    await page.getByRole('group', { name: '@user250: Seat removed.' }).waitFor()
    expect([await nameFocused(page), await page.evaluate('scrollY')]).toEqual(['Seat for @user250', top])
    await expect.poll(() => user.getAttribute('aria-checked')).toBe('false')
  })

  test('the messages come before the view in the order of Tab, and no rule is violated', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(address)
    await page.getByRole('switch', { name: 'Seat for @Bob' }).click()
    await page.getByRole('group', { name: '@Bob: Seat assigned.' }).waitFor()
    await page.getByRole('link', { name: 'History' }).focus()
    await page.keyboard.press('Tab')
    expect(await nameFocused(page)).toBe('Undo: @Bob: Seat assigned.')
    expect(await listViolations(page, [360, 1280])).toEqual([])
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('group', { name: '@Bob' }).waitFor({ state: 'detached' })
    expect(await nameFocused(page)).toBe('Seats')
  })

  test('Escape, F8 again and a message that makes room for others give the focus back', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(address)
    await page.getByRole('switch', { name: 'Seat for @Bob' }).focus()
    await page.keyboard.press('F8')
    expect(await nameFocused(page)).toBe('Seat for @Bob')
    await toggle(page, 'dora')
    await page.getByRole('group', { name: /^@dora/ }).waitFor()
    for (const key of ['Escape', 'F8']) {
      await page.keyboard.press('F8')
      expect(await nameFocused(page)).toBe('Dismiss the message')
      await page.keyboard.press(key)
      expect(await nameFocused(page)).toBe('Seat for @Bob')
    }
    await page.keyboard.press('F8')
    for (const username of ['ada', 'carol', 'eve']) {
      await toggle(page, username)
      await page.getByRole('group', { name: `@${username}` }).waitFor()
    }
    expect(await page.getByRole('group', { name: /^@dora/ }).count()).toBe(0)
    expect(await nameFocused(page)).toBe('Seat for @Bob')
  })

  test('the same message is announced again, and a dismissal announces nothing', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(address)
    await page.getByRole('switch', { name: 'Seat for @Bob' }).waitFor()
    await page.evaluate(watchStatus)
    for (const username of ['eve', 'dora', 'dora']) {
      const count = await page.getByRole('group', { name: /^@/ }).count()
      await toggle(page, username)
      await expect.poll(() => page.getByRole('group', { name: /^@/ }).count()).toBe(count + 1)
    }
    await page.getByRole('button', { name: 'Dismiss the message' }).last().click()
    await expect.poll(() => page.getByRole('group', { name: /^@dora/ }).count()).toBe(1)
    expect(await page.evaluate('announced')).toEqual([
      '@eve: Seat assigned.',
      '@dora: The user is blocked.',
      '@dora: The user is blocked.',
    ])
  })

  test('a message with the focus stays, also after the pointer has left it', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage('about:blank', { viewport: { width: 1280, height: 800 } })
    await page.clock.install()
    await page.goto(address)
    await page.getByRole('switch', { name: 'Seat for @Bob' }).focus()
    await page.keyboard.press('Space')
    const message = page.getByRole('group', { name: '@Bob: Seat assigned.' })
    await message.hover()
    await page.keyboard.press('F8')
    await page.mouse.move(0, 0)
    await page.clock.runFor(30_000)
    expect(await nameFocused(page)).toBe('Undo: @Bob: Seat assigned.')
    await page.keyboard.press('Escape')
    await page.clock.runFor(30_000)
    await message.waitFor({ state: 'detached' })
    expect(await nameFocused(page)).toBe('Seat for @Bob')
  })

  test('messages cover no button of a list, narrow and wide', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(address)
    await page.getByRole('switch', { name: 'Seat for @dora' }).waitFor()
    // Messages of problems stay.
    for (const count of [1, 2, 3]) {
      await toggle(page, 'dora')
      await expect.poll(() => page.getByRole('group', { name: /^@dora/ }).count()).toBe(count)
    }
    await page.getByRole('link', { name: 'List' }).click()
    await dropList(page, 'username\ncarol\nx\ny\nz\n')
    await page.getByRole('button', { name: 'Give 1 seat' }).waitFor()
    for (const width of [360, 400, 800, 1400])
      expect(await listCovered(page, width)).toEqual({ width, atStart: [], atEnd: [] })
  })
})
