import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { makeData } from './make-data.ts'
import { measure, takeMedian } from './measure.ts'

const root = resolve(import.meta.dirname, '../..')
const binary = join(root, 'bin/duo-seats.js')
const chromiumPath = '/usr/bin/chromium'

/** A wait of a user. Without Chromium, the waits in the browser are missing. */
export type PageWait = [name: string, milliseconds: number]

/** Serves a store of so many users, and opens it. */
export async function benchPage(folder: string, users: number, rounds: number): Promise<PageWait[]> {
  const { snapshot } = await makeData(folder, users)
  const store = join(folder, 'page.db')
  measure([process.execPath, binary, 'sync', '--from', snapshot, '--quiet', '--store', store])
  const startedAt = performance.now()
  const server = spawn(process.execPath, [binary, 'page', '--no-open', '--port', '0', '--store', store])
  const address = await readAddress(server)
  const start: PageWait = ['start, until the address', performance.now() - startedAt]
  try {
    const answers = await benchAnswers(address)
    const opened = existsSync(chromiumPath) ? await benchBrowser(address, users, rounds) : []
    return [start, ...answers, ...opened]
  } finally {
    server.kill('SIGINT')
    await once(server, 'close')
  }
}

async function readAddress(server: ChildProcess): Promise<URL> {
  let printed = ''
  for await (const text of server.stdout?.setEncoding('utf8') ?? []) {
    printed += text
    const [address] = /http:\S+/.exec(printed) ?? []
    if (address !== undefined && printed.includes('Ctrl-C')) return new URL(address)
  }
  throw new Error(`page ended: ${printed}`)
}

async function benchAnswers(address: URL): Promise<PageWait[]> {
  const headers = { authorization: `Bearer ${address.hash.slice(1)}` }
  const ask = async (path: string) => {
    const startedAt = performance.now()
    await (await fetch(`${address.origin}/api/${path}`, { headers })).text()
    return performance.now() - startedAt
  }
  const pages: number[] = []
  for (let page = 0; page < 100; page += 1) pages.push(await ask(`users?limit=100&offset=${page * 300}`))
  const searches: number[] = []
  for (let digit = 0; digit < 20; digit += 1) searches.push(await ask(`users?limit=100&search=${digit}1`))
  return [
    ['status', takeMedian([await ask('status'), await ask('status'), await ask('status')])],
    ['100 rows, median of 100 pages', takeMedian(pages)],
    ['another search, median of 20', takeMedian(searches)],
  ]
}

async function benchBrowser(address: URL, users: number, rounds: number): Promise<PageWait[]> {
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
  const waits: Record<string, number[]> = {}
  const time = async (name: string, work: () => Promise<unknown>) => {
    const startedAt = performance.now()
    await work()
    waits[name] = [...(waits[name] ?? []), performance.now() - startedAt]
  }
  for (let round = 0; round < rounds; round += 1) {
    const page = await browser.newPage({ viewport: { width: 1400, height: 800 } })
    await time('first content in Chromium', () => openPage(page, address))
    await time('scroll to the end', () => scrollToEnd(page))
    await time('select all', async () => {
      await page.evaluate('scrollTo(0, 0)')
      await page.getByRole('button', { name: /^Select all/ }).click()
      await page.getByText(`${users.toLocaleString('en-US')} selected`).waitFor()
    })
    await page.close()
  }
  await browser.close()
  return Object.entries(waits).map(([name, times]) => [name, takeMedian(times)])
}

async function openPage(page: Page, address: URL): Promise<void> {
  await page.goto(address.href)
  await page.getByRole('switch').first().waitFor()
}

async function scrollToEnd(page: Page): Promise<void> {
  const before = await page.getByRole('switch').first().getAttribute('aria-label')
  await page.evaluate('scrollTo(0, document.body.scrollHeight)')
  await page.getByRole('switch', { name: before ?? '' }).waitFor({ state: 'detached' })
  await page.getByRole('switch').first().waitFor()
}
