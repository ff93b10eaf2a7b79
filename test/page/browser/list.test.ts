import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { makeHolders } from '../../support/crowd.ts'
import { openStoreOf } from '../../support/fill-store.ts'
import { openLinkedTeam } from '../../support/linked-team.ts'
import { makeSnapshot } from '../../support/make-snapshot.ts'
import type { RunDocument } from '../../support/run-document.ts'
import { openTeam, withFreeSeats } from '../../support/sample-team.ts'
import type { Workdir } from '../../support/workdir.ts'
import { chooseList, dropList, pasteList } from './give-list.ts'
import { launchPage } from './launch-page.ts'
import { listViolations } from './list-violations.ts'
import { describeInBrowser, type OpenPage } from './open-browser.ts'
import { servePage } from './serve-page.ts'

async function openList(openPage: OpenPage, workdir: Workdir) {
  const { address } = await servePage(workdir)
  return openPage(`${address}/list`)
}

async function listHolders(workdir: Workdir): Promise<string[]> {
  const { users } = await workdir.inProcess.runForJson<{ users: { username: string }[] }>(0, ['list'])
  return users.map(({ username }) => username)
}

async function download(page: Page, name: string): Promise<{ name: string; text: string }> {
  const started = page.waitForEvent('download')
  await page.getByRole('button', { name }).click()
  const file = await started
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') }
}

/** With the plan of the undo. */
async function undo(page: Page, action: string): Promise<void> {
  await page.getByRole('button', { name: 'Undo …' }).click()
  const dialog = page.getByRole('dialog', { name: /^Undo run / })
  await dialog.getByRole('button', { name: action }).click()
  await dialog.getByText('Done.').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect.poll(() => page.evaluate('document.activeElement.tagName')).toMatch(/^(MAIN|P)$/)
}

const row = (page: Page, line: number) =>
  page
    .getByRole('listitem')
    .filter({ has: page.locator('.list-line').getByText(String(line), { exact: true }) })

/** A loaded machine takes its time. */
const patience = { timeout: 30_000 }

const unclear = 'username;team\nada;x\nBobb;x\nMax Muster;y\ncarol;y\ntwins@example.com;y\n'

describeInBrowser('the list in the browser', (openPage) => {
  test('a dropped CSV is settled row by row, downloaded, carried out and undone', async () => {
    const workdir = await openTeam()
    const { page, problems } = await openList(openPage, workdir)
    await dropList(page, unclear)
    await page.getByText('Ignored column: "team".').waitFor()
    await page.getByRole('heading', { name: 'Unclear: 3' }).waitFor()
    await page.getByRole('heading', { name: 'Would get a seat: 1' }).waitFor()
    await page.getByRole('button', { name: 'Choose the user of line 3' }).click()
    await page.getByText('1 user that the row may mean').waitFor()
    await page.getByRole('button', { name: 'BOB @Bob' }).click()
    await page.getByRole('heading', { name: 'Settled by you: 1' }).waitFor()
    await page.getByRole('button', { name: 'Choose the user of line 6' }).click()
    await page.getByText('2 users that the row may mean').waitFor()
    await page.getByRole('searchbox', { name: 'Search all users' }).fill('eve')
    await page.getByRole('button', { name: 'EVE @eve' }).click()
    await page.getByRole('heading', { name: 'Settled by you: 2' }).waitFor()
    await page.getByRole('button', { name: 'Reset line 6' }).click()
    await page.getByRole('heading', { name: 'Unclear: 2' }).waitFor()
    await page.getByRole('button', { name: 'Leave out line 4' }).click()
    await page.getByRole('heading', { name: 'Left out by you: 1' }).waitFor()
    await page.getByRole('heading', { name: 'Unclear: 1' }).waitFor()
    expect(await row(page, 3).textContent()).toContain('Bobb → @Bob')
    expect(await listHolders(workdir)).toEqual(['ada'])

    const settled = await download(page, 'Download the settled list')
    expect(settled).toEqual({
      name: 'people-settled.csv',
      text: 'username;team\nada;x\nBob;x\ncarol;y\ntwins@example.com;y\n',
    })
    workdir.write(settled.name, settled.text)
    const args = ['bulk-assign', settled.name, '--dry-run']
    const { summary, results } = await workdir.inProcess.runForJson<RunDocument>(3, args)
    expect(results.map(({ user_id }) => user_id)).toEqual([1, 2, 3, null])
    expect(summary).toMatchObject({ free_after: 1 })
    expect((await download(page, 'Download the rejects')).text).toMatch(
      /^username;team;line;outcome;message\nMax Muster;y;4;user_not_found;"?Left out on the page\. .*\ntwins@example\.com;y;6;ambiguous_user;.*\n$/,
    )

    await page.getByRole('button', { name: 'Give 2 seats' }).click()
    await page.getByRole('status').filter({ hasText: 'Done.' }).waitFor()
    expect(await listHolders(workdir)).toEqual(['ada', 'Bob', 'carol'])
    const { runs } = await workdir.inProcess.runForJson<{ runs: object[] }>(0, ['runs'])
    expect(runs[0]).toMatchObject({ command: 'bulk-assign', source: 'people.csv' })
    expect((await download(page, 'Download the rejects')).text).toMatch(
      /\nMax Muster;y;4;user_not_found;.*\ntwins@example\.com;y;6;ambiguous_user;/,
    )
    await undo(page, 'Take 2 seats')
    await page.getByRole('button', { name: 'Give 2 seats' }).waitFor()
    expect(await listHolders(workdir)).toEqual(['ada'])
    expect(problems).toEqual([])
  })

  test('a chosen list takes seats once their number is typed, and is found again after another view', async () => {
    const workdir = await openStoreOf(makeSnapshot(makeHolders(12, 15)))
    const { page } = await openList(openPage, workdir)
    await chooseList(page, 'username\nuser001\nuser002\nuser003\nuser014\n')
    await page.getByRole('radio', { name: 'Take from these' }).check()
    const take = page.getByRole('button', { name: 'Take 3 seats' })
    await take.waitFor()
    expect(await take.isDisabled()).toBe(true)
    await page.getByRole('link', { name: 'Seats' }).click()
    await page.getByRole('switch', { name: 'Seat for @user001' }).waitFor()
    await page.getByRole('link', { name: 'List' }).click()
    await page.getByRole('textbox', { name: 'These are more seats' }).fill('3')
    await take.click()
    await page.getByRole('heading', { name: 'Lost the seat: 3' }).waitFor()
    expect(await listHolders(workdir)).toHaveLength(9)
  })

  test('pasted cells become the holders; an unclear row is refused until it is left out', async () => {
    const workdir = await openTeam()
    const { page } = await openList(openPage, workdir)
    await pasteList(page, 'Bob\r\ncarol\r\ntypo\r\n')
    await page.getByRole('checkbox', { name: 'Without a header line' }).waitFor()
    expect(await page.getByRole('checkbox', { name: 'Without a header line' }).isChecked()).toBe(true)
    await page.getByRole('radio', { name: 'Make equal to this' }).check()
    await page.getByText('Refused: 1 row of the list does not match exactly one user.').waitFor()
    const apply = page.getByRole('button', { name: 'Give 2 seats, take 1 seat' })
    expect(await apply.isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Leave out line 3' }).click()
    await expect.poll(() => apply.isEnabled(), patience).toBe(true)
    expect((await download(page, 'Download the rejects')).text).toMatch(/^typo,3,user_not_found,.*\n$/)
    await workdir.inProcess.runExpecting(0, ['assign', 'eve'])
    await apply.click()
    await page.getByText('Seats have changed meanwhile.').waitFor()
    expect(await listHolders(workdir)).toEqual(['ada', 'eve'])
    await page.getByRole('textbox', { name: 'These are more seats' }).fill('2')
    await page.getByRole('button', { name: 'Give 2 seats, take 2 seats' }).click()
    await page.getByRole('heading', { name: 'Lost the seat: 2' }).waitFor()
    expect(await listHolders(workdir)).toEqual(['Bob', 'carol'])
  })

  test('an order cannot be changed from the press of its button until its result is there', async () => {
    const { page } = await openList(openPage, await openTeam())
    await dropList(page, 'username\nBob\n')
    const give = page.getByRole('button', { name: 'Give 1 seat' })
    await give.waitFor()
    let goOn = () => {}
    const held = new Promise<void>((done) => (goOn = done))
    await page.route('**/runs', async (route) => {
      await held
      await route.continue()
    })
    await give.click()
    const take = page.getByRole('radio', { name: 'Take from these' })
    await page.getByText('At work …').waitFor()
    expect(await take.isDisabled()).toBe(true)
    goOn()
    await page.getByRole('heading', { name: 'Got a seat: 1' }).waitFor()
    await expect.poll(() => take.isDisabled()).toBe(false)
  })

  test('a list of which every row is left out leads back to its rows, and typed cells are kept', async () => {
    const { page } = await openList(openPage, await openTeam())
    const cells = page.getByRole('textbox', { name: 'Or paste cells' })
    await cells.fill('username\ntypo\n')
    await page.getByRole('link', { name: 'History' }).click()
    await page.getByRole('link', { name: 'List' }).click()
    expect(await cells.inputValue()).toBe('username\ntypo\n')
    await page.getByRole('button', { name: 'Use these cells' }).click()
    await page.getByRole('radio', { name: 'Make equal to this' }).check()
    await page.getByText('This plan cannot be applied.').waitFor()
    await page.getByRole('button', { name: 'Leave out line 2' }).click()
    await page.getByText('The list is empty').waitFor()
    await page.getByRole('button', { name: 'Reset all rows' }).click()
    await page.getByRole('button', { name: 'Leave out line 2' }).waitFor()
  })

  test('a refused list says why, another column mends it, and its cells are text', async () => {
    const { page, problems } = await openList(openPage, await openTeam(withFreeSeats(1)))
    await chooseList(page, Buffer.from('PK\u0003\u0004 [Content_Types].xml'), 'book.xlsx')
    const alert = page.getByRole('alert')
    await alert.filter({ hasText: 'book.xlsx is an Excel workbook, not a text file.' }).waitFor()
    await page.getByRole('button', { name: 'Another list' }).click()
    const image = '<img src=x onerror=alert(1)>'
    await chooseList(
      page,
      `Name of person,Chat name\n${image},${image}\nBob,bob\nCarol,carol\n\u202eeve,eve\n`,
      `${image}.csv`,
    )
    await alert.filter({ hasText: 'no column is named username, email or user_id' }).waitFor()
    await page.getByRole('combobox', { name: 'Column that names the users' }).selectOption('Name of person')
    await page.getByText('users by Name of person').waitFor()
    await page.getByRole('heading', { name: 'Unclear: 2' }).waitFor()
    await page.getByText('2 need a seat, 1 is free').waitFor()
    await page.getByRole('radio', { name: 'Give all or none' }).check()
    await page.getByText('Refused: 2 seats needed, 1 free.').waitFor()
    expect(await page.locator('img').count()).toBe(0)
    expect(await row(page, 2).textContent()).toContain(image)
    expect(await row(page, 5).textContent()).toContain('\\u{202e}eve')
    expect(problems).toEqual([])
  })

  test('a server that was started again gets the list again', async () => {
    const workdir = await openTeam()
    const server = await launchPage(workdir)
    const { page } = await openPage(`${server.address}/list`)
    await dropList(page, unclear)
    await page.getByRole('heading', { name: 'Unclear: 3' }).waitFor()
    await server.stop('SIGKILL')
    await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor()
    await launchPage(workdir)
    await expect.poll(() => page.getByRole('alert').filter({ hasText: 'answer' }).count(), patience).toBe(0)
    await page.getByRole('button', { name: 'Leave out line 4' }).click()
    await page.getByRole('heading', { name: 'Unclear: 2' }).waitFor()
    await page.getByRole('button', { name: 'Give 1 seat' }).click()
    await page.getByRole('heading', { name: 'Got a seat: 1' }).waitFor()
    expect(await listHolders(workdir)).toEqual(['ada', 'carol'])
  })

  test('the keyboard alone writes a list, settles a row and carries it out', async () => {
    const workdir = await openTeam()
    const { page } = await openList(openPage, workdir)
    await page.getByRole('button', { name: 'Choose a file …' }).focus()
    await page.keyboard.press('Tab')
    await page.keyboard.type('username\nBobb\ncarol\n')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Unclear: 1' }).waitFor()
    expect(await page.evaluate('document.activeElement.id')).toBe('list-name')
    await page.getByRole('radio', { name: 'Give to these' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('heading', { name: 'Have no seat: 1' }).waitFor()
    await page.keyboard.press('ArrowLeft')
    await page.getByRole('heading', { name: 'Would get a seat: 1' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('1 user that the row may mean').waitFor()
    await page.keyboard.press('Escape')
    const label = 'document.activeElement.ariaLabel'
    await expect.poll(() => page.evaluate(label), patience).toBe('Choose the user of line 2')
    await page.keyboard.press('Enter')
    await page.getByText('1 user that the row may mean').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Settled by you: 1' }).waitFor()
    expect(await page.evaluate(label)).toBe('Plan by user')
    const give = page.getByRole('button', { name: 'Give 2 seats' })
    await give.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Settled by you: 1' }).waitFor()
    await page.getByRole('status').filter({ hasText: 'Done.' }).waitFor()
    expect(await listHolders(workdir)).toEqual(['ada', 'Bob', 'carol'])
  })

  test('no rule is violated and nothing is cut off, narrow and wide', async () => {
    const { page } = await openList(openPage, await openTeam(withFreeSeats(1)))
    const check = async () => expect(await listViolations(page, [360, 1400])).toEqual([])
    await page.getByText('Drop a CSV here').waitFor()
    await check()
    await chooseList(page, 'username,team\n"ada\n')
    await page.getByRole('alert').filter({ hasText: 'never closed' }).waitFor()
    await check()
    await page.getByRole('button', { name: 'Another list' }).click()
    await chooseList(page, 'username,team\nBobb,x\ncarol,y\neve,y\ntypo,z\n')
    await page.getByRole('button', { name: 'Leave out line 5' }).click()
    await page.getByRole('heading', { name: 'Left out by you: 1' }).waitFor()
    await page.getByRole('button', { name: 'Choose the user of line 2' }).click()
    await page.getByText('1 user that the row may mean').waitFor()
    await check()
    await page.getByRole('button', { name: 'Give 1 seat' }).click()
    await page.getByRole('status').filter({ hasText: 'Done.' }).waitFor()
    await check()
  })

  test('a page that is read-only takes no list', async () => {
    const { address } = await launchPage(await openTeam(), ['--read-only'])
    const { page } = await openPage(`${address}/list`)
    await page.getByText('The page is read-only, so no list can be applied.').waitFor()
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
  })
})

describeInBrowser('the list of a linked store in the browser', (openPage) => {
  test('the list of a linked store shows the progress of its push, then the result; without an answer of GitLab rows stay pending', async () => {
    const team = await openLinkedTeam()
    const { address } = await launchPage(team.workdir, [], team.env)
    const { page } = await openPage(`${address}/list`)
    await dropList(page, 'username\nBob\ncarol\ndora\n')
    let goOn = () => {}
    const held = new Promise<void>((done) => (goOn = done))
    team.proxy.tamper = async ({ isMutation }) => {
      if (isMutation) await held
      return 'pass' as const
    }
    await page.getByRole('button', { name: 'Give 2 seats' }).click()
    await page.getByRole('region', { name: 'Plan' }).getByText('Pushing').waitFor()
    goOn()
    await page.getByRole('heading', { name: 'Got a seat: 2' }).waitFor()
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol'])
    await undo(page, 'Take 2 seats')
    await page.getByRole('button', { name: 'Give 2 seats' }).waitFor()
    expect(team.listGitLabHolders()).toEqual(['ada'])
    team.proxy.tamper = ({ isMutation }) => (isMutation ? { status: 403 } : 'pass')
    await page.getByRole('button', { name: 'Give 2 seats' }).click()
    await page.getByText('Seat requested, not yet confirmed by GitLab.').first().waitFor()
    team.proxy.tamper = () => 'pass'
    await page.getByRole('button', { name: 'Sync' }).click()
    await page.getByRole('group', { name: 'Synced.' }).waitFor()
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol'])
  })
})
