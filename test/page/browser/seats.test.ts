import { expect, test } from 'vitest'
import { makeCrowd, makeHolders } from '../../support/crowd.ts'
import { openStoreOf } from '../../support/fill-store.ts'
import { makeSeat, makeSnapshot, makeUser } from '../../support/make-snapshot.ts'
import { openTeam, withBothAddOns } from '../../support/sample-team.ts'
import { launchPage } from './launch-page.ts'
import { describeInBrowser } from './open-browser.ts'
import { servePage } from './serve-page.ts'

describeInBrowser('the view of the seats', (openPage) => {
  test('the view of the seats shows the purchase, and a row with a switch for each user', async () => {
    const { address } = await launchPage(await openTeam())
    const { page, problems } = await openPage(address)
    await page.getByRole('switch', { name: 'Seat for @ada' }).waitFor()
    const table = page.getByRole('table', { name: 'Users' })
    expect(await table.getAttribute('aria-rowcount')).toBe('10')
    expect(await page.getByRole('switch').count()).toBe(9)
    expect(
      await page.getByRole('region', { name: 'GitLab Duo Pro' }).locator('dd').allTextContents(),
    ).toEqual(['1', '0', '3', '4'])
    const cells = page.getByRole('row').filter({ hasText: '@dora' }).getByRole('cell')
    expect(await cells.allTextContents()).toEqual([
      '',
      'DORA',
      '@dora',
      'dora@example.com',
      'blocked',
      '',
      '',
      'never',
      'unknown',
      'The user is blocked.',
    ])
    expect(problems).toEqual([])
  })

  test('a search that is still typed changes no other view', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(address)
    await page.getByRole('switch', { name: 'Seat for @ada' }).waitFor()
    await page.clock.install()
    await page.getByLabel('Search').fill('twin')
    await page.evaluate(`[...document.querySelectorAll('a')].find(({ text }) => text === 'History').click()`)
    await page.getByLabel('Until').waitFor()
    await page.clock.runFor(1_000)
    expect(page.url()).toBe(`${address}/history`)
  })

  test('the view of the seats keeps search, filter and order in the address, through a reload', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(address)
    await page.getByLabel('Search').fill('twin')
    await page.getByRole('combobox', { name: 'Show' }).selectOption('Without a seat')
    await page.getByRole('button', { name: 'Username' }).click()
    await page.getByText('2 users', { exact: true }).waitFor()
    const shown = page.url()
    expect(shown).toBe(`${address}/seats?seat=none&search=twin&reverse=1`)
    await page.reload()
    await page.getByText('2 users', { exact: true }).waitFor()
    expect(await page.getByRole('switch').first().getAttribute('aria-label')).toBe('Seat for @twin-two')
    expect(await page.getByLabel('Search').inputValue()).toBe('twin')
    expect(page.url()).toBe(shown)
  })

  test('the view of the seats tells that nothing was found, and leads back to all users', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(`${address}/seats?search=zzz`)
    await page.getByText('No user matches the search and the filter.').waitFor()
    await page.getByRole('button', { name: 'Show all users' }).click()
    await page.getByText('9 users', { exact: true }).waitFor()
    expect(page.url()).toBe(`${address}/seats`)
  })

  test('the view of the seats sorts by a column in both directions', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(address)
    await page.getByRole('button', { name: 'Seat', exact: true }).click()
    const header = page.getByRole('columnheader', { name: 'Seat', exact: true })
    await expect.poll(() => header.getAttribute('aria-sort')).toBe('ascending')
    await page.getByRole('button', { name: 'Seat', exact: true }).click()
    await expect.poll(() => header.getAttribute('aria-sort')).toBe('descending')
  })

  test('the view of the seats shows each of two add-ons', async () => {
    const { address } = await servePage(await openTeam(withBothAddOns))
    const { page } = await openPage(address)
    const ada = page.getByRole('switch', { name: 'Seat for @ada' })
    await expect.poll(() => ada.getAttribute('aria-checked')).toBe('true')
    await page.getByRole('region', { name: 'GitLab Duo Enterprise' }).getByRole('button').click()
    await expect.poll(() => ada.getAttribute('aria-checked')).toBe('false')
    expect(page.url()).toContain('add_on=duo-enterprise')
  })

  test('the view of the seats shows names as text', async () => {
    const name = '<img src=x onerror="document.title=1"><b>bold</b>'
    const users = [makeUser(1, 'ada', { name })]
    const { address } = await servePage(await openStoreOf(makeSnapshot({ users, seats: [makeSeat(1)] })))
    const { page, problems } = await openPage(address)
    await page.getByText(name, { exact: true }).waitFor()
    expect(problems).toEqual([])
  })

  test('the view of the seats tells that a store has no purchase', async () => {
    const { address } = await servePage(await openTeam({ add_on_purchases: [], seats: [] }))
    const { page } = await openPage(address)
    await page.getByRole('heading', { name: 'No purchase' }).waitFor()
    const ada = page.getByRole('switch', { name: 'Seat for @ada' })
    await ada.waitFor()
    expect([await ada.getAttribute('aria-checked'), await ada.getAttribute('aria-disabled')]).toEqual([
      'false',
      'true',
    ])
  })

  test('the view of the seats asks once for a list that cannot be read, and tells why', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage('about:blank')
    const error = { code: 'failed', message: 'The disk is full.', hint: null }
    await page.route('**/api/users?*', (route) => route.fulfill({ status: 500, json: { error } }))
    let asked = 0
    page.on('request', (request) => {
      if (request.url().includes('/api/users?')) asked += 1
    })
    await page.goto(address)
    await page.getByText('The disk is full.').waitFor()
    await page.getByRole('link', { name: 'Usage' }).click()
    await page.getByRole('heading', { name: 'Idle seats' }).waitFor()
    expect(asked).toBe(1)
  })

  test('the view of the seats locks the switches of an expired purchase', async () => {
    const purchase = { ...withBothAddOns.add_on_purchases[0], expires_on: '2026-02-01' }
    const { address } = await servePage(await openTeam({ add_on_purchases: [purchase] }))
    const { page } = await openPage(address)
    await page.getByText('Expired on 2026-02-01', { exact: true }).waitFor()
    const ada = page.getByRole('switch', { name: 'Seat for @ada' })
    expect(await ada.getAttribute('aria-disabled')).toBe('true')
  })

  test('a note leads to the users that it is about', async () => {
    const { address } = await servePage(await openTeam({ seats: [makeSeat(1), makeSeat(4)] }))
    const { page } = await openPage(`${address}/seats?search=ada`)
    await page.getByText('note').first().click()
    const note = page.getByRole('listitem').filter({ hasText: '1 holder not eligible' })
    await note.getByRole('link', { name: 'Show them' }).click()
    await page.getByRole('switch', { name: 'Seat for @dora' }).waitFor()
    expect(page.url()).toBe(`${address}/seats?add_on=duo-pro&seat=not_eligible`)
    expect(await page.getByRole('combobox', { name: 'Show' }).inputValue()).toBe('not_eligible')
    expect(await page.getByLabel('Search').inputValue()).toBe('')
  })

  test('the view of the seats shows a read-only store without means to change it', async () => {
    const { address } = await launchPage(await openTeam(), ['--read-only'])
    const { page } = await openPage(address)
    const ada = page.getByRole('switch', { name: 'Seat for @ada' })
    await expect.poll(() => ada.getAttribute('aria-disabled')).toBe('true')
    expect(await page.getByRole('checkbox').count()).toBe(0)
    expect(await page.getByRole('button', { name: /Select all/ }).count()).toBe(0)
  })

  test('the table of a read-only store has no column without contents', async () => {
    const { address } = await servePage(await openTeam(), { isReadOnly: true })
    const { page } = await openPage(address)
    const row = page.getByRole('row').filter({ hasText: '@dora' })
    await row.waitFor()
    expect(await page.getByRole('columnheader').first().textContent()).toContain('Name')
    expect(await page.getByRole('columnheader').count()).toBe(9)
    expect(await row.getByRole('cell').count()).toBe(9)
  })

  test('the view of the seats scrolls through 100,000 users to the last one, selects all of them, and finds one', async () => {
    const { address } = await servePage(await openStoreOf(makeSnapshot(makeCrowd(100_000))))
    const { page } = await openPage(`${address}/seats?sort=username`)
    await page.getByText('100,000 users', { exact: true }).waitFor()
    await page.getByRole('switch').first().waitFor()
    await page.evaluate('scrollTo(0, document.body.scrollHeight)')
    await page.getByRole('switch', { name: 'Seat for @user99999' }).waitFor()
    expect(await page.getByRole('row').count()).toBeLessThan(80)
    await page.getByRole('button', { name: 'Select all 100,000' }).click()
    await page.getByText('100,000 users, 100,000 selected').waitFor()
    await page.getByLabel('Search').fill('user99998')
    await page.getByText('1 user').waitFor()
  })

  test('the view of the seats selects a range with shift, and all that the filter matches', async () => {
    const { address } = await servePage(await openStoreOf(makeSnapshot(makeHolders(10, 3_214))))
    const { page } = await openPage(address)
    await page.getByRole('checkbox', { name: 'Select @user002' }).click()
    await page.getByRole('checkbox', { name: 'Select @user006' }).click({ modifiers: ['Shift'] })
    await page.getByText('3,214 users, 5 selected').waitFor()
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByRole('button', { name: 'Select all 3,214' }).click()
    await page.getByText('3,214 users, 3,214 selected').waitFor()
  })

  test('"Select all" is ticked only if every row that is shown is selected', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(address)
    for (const name of ['ada', 'Bob', 'carol'])
      await page.getByRole('checkbox', { name: `Select @${name}` }).click()
    await page.getByLabel('Search').fill('twin')
    await page.getByText('2 users, 3 selected').waitFor()
    const all = page.getByRole('checkbox', { name: 'Select all 2' })
    const isMixed = await page.evaluate('document.querySelector(".user-row-head input").indeterminate')
    expect([await all.isChecked(), isMixed]).toEqual([false, true])
    await page.getByRole('checkbox', { name: 'Select @twin-one' }).click()
    expect(await all.isChecked()).toBe(false)
    await page.getByRole('checkbox', { name: 'Select @twin-two' }).click()
    await expect.poll(() => all.isChecked()).toBe(true)
    await all.click()
    await page.getByText('2 users, 3 selected').waitFor()
  })

  test('a search that the server refuses shows why, and no rows of the search before', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(address)
    await page.getByRole('switch', { name: 'Seat for @ada' }).waitFor()
    await page.getByLabel('Search').fill('a'.repeat(1_001))
    await page.getByText('The parameter search is malformed').waitFor()
    expect(await page.getByRole('table').count()).toBe(0)
    expect(await page.getByText('9 users', { exact: true }).count()).toBe(0)
    await page.getByLabel('Search').fill('ada')
    await page.getByText('1 user', { exact: true }).waitFor()
    await page.getByRole('switch', { name: 'Seat for @ada' }).waitFor()
  })

  test('rows that cannot be read again stay, below the reason', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(address)
    await page.getByRole('switch', { name: 'Seat for @ada' }).waitFor()
    const error = { code: 'failed', message: 'The disk is full.', hint: null }
    await page.route('**/api/users?*', (route) => route.fulfill({ status: 500, json: { error } }))
    await page.getByRole('button', { name: 'Username' }).click()
    await page.getByText('The disk is full.').waitFor()
    expect(await page.getByRole('switch').count()).toBe(9)
  })

  test('more idle days than the server takes count as the most', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(`${address}/seats?seat=idle`)
    await page.getByText('0 users', { exact: true }).waitFor()
    const days = page.getByRole('spinbutton', { name: 'for days' })
    await days.fill('100000')
    await days.press('Enter')
    await expect.poll(() => days.inputValue()).toBe('99999')
    await page.getByText('0 users', { exact: true }).waitFor()
  })

  test('digits in the days of idle seats stay while the table is read again', async () => {
    const workdir = await openTeam()
    const { address } = await servePage(workdir)
    const { page } = await openPage(address)
    await page.getByRole('combobox', { name: 'Show' }).selectOption('idle')
    const days = page.getByRole('spinbutton', { name: 'for days' })
    await days.press('Control+A')
    await days.pressSequentially('45')
    await workdir.inProcess.runExpecting(0, ['unassign', 'ada'])
    await page.getByRole('img', { name: /^0 seats of / }).waitFor()
    expect(await days.inputValue()).toBe('45')
    await days.press('Enter')
    await expect.poll(() => page.url()).toContain('days=45')
    await days.fill('')
    await days.press('Tab')
    await expect.poll(() => days.inputValue()).toBe('45')
  })

  test('the age of the data follows the clock of an open page', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage('about:blank', { viewport: { width: 1280, height: 800 } })
    await page.clock.install({ time: '2026-03-02T08:00:30Z' })
    await page.goto(address)
    await page.getByText('As of less than a minute ago').waitFor()
    await page.clock.fastForward('03:00:00')
    await page.getByText('As of 3 hours ago').waitFor()
  })

  test('the view of the seats tells that the secret of the address is wrong', async () => {
    const { address } = await servePage(await openTeam())
    const { page } = await openPage(`${new URL(address).origin}/#wrong`)
    await page.getByText('Open the address that "duo-seats page" prints.').waitFor()
    expect(await page.getByRole('table').count()).toBe(0)
  })

  test('the view of the seats begins another order at its first row', async () => {
    const { address } = await servePage(await openStoreOf(makeSnapshot(makeCrowd(2_000))))
    const { page } = await openPage(address)
    await page.getByText('2,000 users', { exact: true }).waitFor()
    await page.evaluate('scrollTo(0, 40000)')
    await page.getByRole('switch', { name: 'Seat for @user1820' }).waitFor()
    await page.getByRole('button', { name: 'Username' }).click()
    await page.getByRole('switch', { name: 'Seat for @user999' }).waitFor()
    expect(await page.getByRole('row').nth(1).getAttribute('aria-rowindex')).toBe('2')
  })
})
