import { copyFileSync, renameSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openTeam } from '../../support/sample-team.ts'
import { launchPage } from './launch-page.ts'
import { describeInBrowser } from './open-browser.ts'
import { servePage } from './serve-page.ts'

/** Collects what assistive technology announces at once, besides the banner. */
const watchAlerts = `{
  window.alerts = []
  const note = () => alerts.push(...[...document.querySelectorAll('main [role=alert]')].map((one) => one.textContent))
  new MutationObserver(note).observe(document.body, { childList: true, subtree: true, characterData: true })
}`

describeInBrowser('a store that is gone', (openPage) => {
  test('a store that is gone is told on a page that is loaded afterwards, and forgotten once the server has another one', async () => {
    const workdir = await openTeam()
    const server = await launchPage(workdir)
    copyFileSync(workdir.join('store.db'), workdir.join('other.db'))
    renameSync(workdir.join('other.db'), workdir.join('store.db'))
    const { page } = await openPage(server.address)
    const banner = page.getByRole('alert')
    await banner.filter({ hasText: 'was deleted or replaced' }).waitFor()
    await page.waitForResponse((response) => response.url().endsWith('/api/changes'))
    expect(await banner.allTextContents()).toEqual([
      `The store ${workdir.join('store.db')} was deleted or replaced while the page was open. Nothing was changed. End the page with Ctrl-C, and start it again.`,
    ])
    expect(await page.getByRole('main').textContent()).toBe('')
    await server.stop()
    await launchPage(workdir)
    await page.getByRole('switch', { name: 'Seat for @ada' }).waitFor()
    await expect.poll(() => banner.textContent()).toBe('')
  })

  test.each([
    ['seats?search=zzz', 'No user matches'],
    ['usage', 'Idle seats'],
    ['history', 'event'],
    ['history?show=runs', 'Run 1'],
    ['history?run=1', 'Run 1'],
  ])('a store that was deleted is told once, and %s shows nothing about it', async (view, shown) => {
    const workdir = await openTeam()
    await workdir.inProcess.runExpecting(0, ['assign', 'Bob'])
    const { address } = await servePage(workdir)
    const { page } = await openPage(`${address}/${view}`)
    await page.getByRole('main').getByText(shown).first().waitFor()
    await page.evaluate(watchAlerts)
    for (const file of ['store.db', 'store.db-wal', 'store.db-shm'])
      rmSync(workdir.join(file), { force: true })
    await page.getByRole('alert').filter({ hasText: 'was deleted or replaced' }).waitFor()
    await expect.poll(() => page.locator('main [aria-busy=true]').count()).toBe(0)
    expect(await page.evaluate('alerts')).toEqual([])
    const text = (await page.getByRole('main').textContent()) ?? ''
    expect(text.match(/No user|no users|\d event|no events|no runs|No run |Reading|deleted/g)).toBe(null)
  })
})
