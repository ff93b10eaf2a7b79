import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { hostedToken } from '../../support/host-gitlab.ts'
import { openLinkedTeam } from '../../support/linked-team.ts'
import { openTeam } from '../../support/sample-team.ts'
import { setClock } from '../../support/set-clock.ts'
import { launchPage, pastePage } from './launch-page.ts'
import { listViolations } from './list-violations.ts'
import { describeInBrowser } from './open-browser.ts'
import { servePage } from './serve-page.ts'

describeInBrowser('the seats of a linked store in the browser', (openPage) => {
  test('a switch gives and takes a seat in GitLab', async () => {
    const team = await openLinkedTeam()
    const { address } = await launchPage(team.workdir, [], team.env)
    const { page } = await openPage(address)
    const bob = page.getByRole('switch', { name: 'Seat for @Bob' })
    await bob.click()
    await page.getByRole('group', { name: '@Bob: Seat assigned.' }).waitFor()
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
    await expect.poll(() => bob.getAttribute('aria-checked')).toBe('true')
    await bob.click()
    await page.getByRole('group', { name: '@Bob: Seat removed.' }).waitFor()
    expect(team.listGitLabHolders()).toEqual(['ada'])
  })

  test('a change without an answer of GitLab stays pending, and Sync completes it', async () => {
    const team = await openLinkedTeam()
    const { address } = await servePage(team.workdir, { env: team.env })
    const { page } = await openPage(address)
    team.proxy.tamper = ({ isMutation }) => (isMutation ? { status: 503 } : 'pass')
    await page.getByRole('switch', { name: 'Seat for @Bob' }).click()
    const sentence = /@Bob: Seat requested, not yet confirmed by GitLab/
    await page.getByRole('group', { name: sentence }).waitFor()
    expect(await page.getByRole('group', { name: sentence }).textContent()).toContain(
      'not yet confirmed by GitLab. Press Sync. ',
    )
    await page.getByText('note').first().click()
    await page.getByText('1 change not confirmed by GitLab. Show them, or press Sync.').waitFor()
    expect(await page.locator('#page').textContent()).not.toContain('duo-seats')
    const row = page.getByRole('row').filter({ hasText: '@Bob' })
    await row.getByRole('cell', { name: 'pending' }).waitFor()
    await page.getByRole('combobox', { name: 'Show' }).selectOption('Not yet confirmed')
    await page.getByText('1 user', { exact: true }).waitFor()
    await page.goto(`${address}/history?show=runs&run=1`)
    await page.getByRole('heading', { name: 'Not yet confirmed by GitLab: 1' }).waitFor()
    const results = page.getByRole('region', { name: 'Results by user' })
    expect(await results.textContent()).toContain('not yet confirmed by GitLab. Press Sync.')
    const figures = page.locator('.run-page .numbers')
    expect(await figures.locator('dt').allTextContents()).toEqual([
      ...['Free before', 'Free after', 'Given', 'Taken', 'Not confirmed'],
    ])
    expect(await figures.locator('dd').allTextContents()).toEqual(['3', '2', '0', '0', '1'])
    await page.goto(`${address}/seats?seat=pending`)
    await page.getByText('1 user', { exact: true }).waitFor()
    team.proxy.tamper = () => 'pass'
    await page.getByRole('button', { name: 'Sync' }).click()
    await page.getByRole('group', { name: 'Synced.' }).waitFor()
    await page.getByText('0 users', { exact: true }).waitFor()
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
  })

  test('a pending change that GitLab refuses during a sync is told as a problem', async () => {
    const team = await openLinkedTeam()
    await team.runWithoutPush('assign', 'Bob')
    team.changeGitLab("UPDATE users SET state = 'blocked' WHERE id = 2")
    const { address } = await servePage(team.workdir, { env: team.env })
    const { page } = await openPage(address)
    await page.getByRole('button', { name: 'Sync' }).click()
    const notice = page.getByRole('group', { name: 'Synced.' })
    await notice.waitFor()
    expect(await notice.getAttribute('aria-label')).toBe(
      'Synced. GitLab refused 1 pending change. Look at History.',
    )
    expect(await notice.getAttribute('class')).toContain('notice-problem')
  })

  test('a warning of each sync is one message, which does not come back after it was dismissed', async () => {
    const team = await openLinkedTeam({}, { version: '17.4' })
    const { address } = await servePage(team.workdir, { env: team.env })
    const { page } = await openPage(address)
    const warning = page.getByRole('group', { name: /^Synced\. GitLab 17\.4.* hides holders/ })
    const unchanged = page.getByRole('group', { name: 'Synced. 1 warning as before.' })
    await page.getByRole('button', { name: 'Sync' }).click()
    await warning.waitFor()
    await page.getByRole('button', { name: 'Sync' }).click()
    await unchanged.waitFor()
    expect(await warning.count()).toBe(1)
    await warning.getByRole('button').click()
    await page.getByRole('button', { name: 'Sync' }).click()
    await expect.poll(() => unchanged.count()).toBe(2)
    expect(await warning.count()).toBe(0)
  })

  test('an "Undo" that fails leaves the progress of a sync', async () => {
    const team = await openLinkedTeam()
    const { address } = await servePage(team.workdir, { env: team.env })
    const { page } = await openPage(address)
    await page.getByRole('switch', { name: 'Seat for @Bob' }).click()
    await page.getByRole('group', { name: '@Bob: Seat assigned.' }).waitFor()
    await page.route('**/api/sync', () => {})
    await page.route('**/api/runs/*/undo', (route) => route.abort())
    await page.getByRole('button', { name: 'Sync' }).click()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('group', { name: 'The server of this page does not answer.' }).waitFor()
    await page.getByText('Syncing', { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Sync' }).getAttribute('aria-disabled')).toBe('true')
  })

  test('a read-only page names the command for a pending change, and its store, since it has no button', async () => {
    const team = await openLinkedTeam()
    await team.runWithoutPush('assign', 'Bob')
    const { address } = await servePage(team.workdir, { isReadOnly: true })
    const { page } = await openPage(`${address}/history?run=1`)
    const command = `duo-seats --store ${team.workdir.join('store.db')} sync`
    await page.getByText(`Seat requested, not yet confirmed by GitLab. Run "${command}".`).waitFor()
    expect(await page.getByRole('button', { name: 'Sync' }).count()).toBe(0)
  })

  test('a note about an old sync names the button', async () => {
    const team = await openLinkedTeam()
    const { address } = await servePage(team.workdir, { env: setClock('2098-06-01T08:00:00.000Z') })
    const { page } = await openPage(address)
    await page.getByText('note').first().click()
    await page.getByText(/^The last sync was .* ago .*\. Press Sync\.$/).waitFor()
  })

  test.each([
    ['a linked page', true, false, 'Press Sync to read them from GitLab.'],
    ['a linked read-only page', true, true, 'To read them: duo-seats --store STORE sync'],
    [
      'a page that is not linked',
      false,
      false,
      'To read them: duo-seats --store STORE sync --from snapshot.json',
    ],
  ])('without users, %s names its own means first', async (_, isLinked, isReadOnly, expected) => {
    const nothing = { seats: [], users: [] }
    const workdir = isLinked ? (await openLinkedTeam(nothing)).workdir : await openTeam(nothing)
    const { address } = await servePage(workdir, { isReadOnly })
    const { page } = await openPage(address)
    await page.getByText('The store has no users.').waitFor()
    const hint = expected.replace('STORE', workdir.join('store.db'))
    expect(await page.locator('.empty').textContent()).toBe(`The store has no users.${hint}`)
  })

  test.each([1, 2])('a slow GitLab with faults gives the seats of a plan, with seed %i', async (seed) => {
    const team = await openLinkedTeam({}, { latencyMs: 30, faults: '502:0.3,late:0.2', seed })
    const { address } = await servePage(team.workdir, { env: team.env })
    const { page } = await openPage(address)
    for (const name of ['Bob', 'carol']) await page.getByRole('checkbox', { name: `Select @${name}` }).click()
    await page.getByRole('button', { name: 'Give seats …' }).click()
    await page.getByRole('button', { name: 'Give 2 seats' }).click()
    await page.getByRole('heading', { name: 'Got a seat: 2' }).waitFor()
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol'])
  })

  test('the command in the banner of a killed server starts it again from another folder, with its token', async () => {
    const { workdir } = await openLinkedTeam()
    workdir.write('my tokens/token.txt', hostedToken)
    const server = await launchPage(workdir, ['--token-file', 'my tokens/token.txt'])
    const { page } = await openPage(server.address)
    await page.getByRole('switch', { name: 'Seat for @Bob' }).waitFor()
    await server.stop('SIGKILL')
    const command = await page.getByRole('alert').locator('code').textContent()
    const options = `--store ${workdir.join('store.db')} --no-open`
    const file = workdir.join('my tokens/token.txt')
    expect(command).toBe(`duo-seats page ${options} --token-file '${file}'`)
    expect(await listViolations(page, [360, 1280])).toEqual([])
    await page.getByRole('link', { name: 'Usage' }).click({ trial: true })
    const again = await pastePage(command ?? '', tmpdir())
    expect(again.address).toBe(server.address)
    const sync = page.getByRole('button', { name: 'Sync' })
    await expect.poll(() => sync.getAttribute('aria-disabled'), { timeout: 30_000 }).toBe('false')
    await sync.click()
    await page.getByRole('group', { name: 'Synced.' }).waitFor()
  })

  test('a GitLab out of reach is told, and nothing changes', async () => {
    const team = await openLinkedTeam()
    const { address } = await servePage(team.workdir, { env: team.env })
    const { page } = await openPage(address)
    team.proxy.tamper = () => 'drop'
    team.proxy.tamperRest = () => 'drop'
    await page.getByRole('button', { name: 'Sync' }).click()
    await page.getByRole('group', { name: /GitLab/ }).waitFor()
    await page.getByRole('button', { name: 'Sync' }).waitFor()
    expect(team.listGitLabHolders()).toEqual(['ada'])
  })
})
