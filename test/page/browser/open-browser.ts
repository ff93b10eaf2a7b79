import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'

const executablePath = '/usr/bin/chromium'

const hasBrowser = existsSync(executablePath)

/** The browser's own calls to its maker are off. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface OpenedPage {
  page: Page
  /** Messages of the console and uncaught errors, such as violations of the policy. */
  problems: string[]
}

export type OpenPage = (address: string, options?: BrowserContextOptions) => Promise<OpenedPage>

/** Tests in one browser. Without Chromium they are skipped, except with DUO_SEATS_REQUIRE_BROWSER=1. */
export function describeInBrowser(name: string, define: (openPage: OpenPage) => void): void {
  if (!hasBrowser && process.env['DUO_SEATS_REQUIRE_BROWSER'] !== '1') {
    describe.skip(`${name} (skipped: ${executablePath} does not exist; apt-get install chromium)`, () =>
      define(failToOpen))
    return
  }
  describe(name, () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, args: flags })
    })
    afterAll(() => browser.close())
    define((address, options) => openPage(browser, address, options))
  })
}

function failToOpen(): Promise<never> {
  return Promise.reject(new Error('The browser is missing.'))
}

async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 800 }, ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  await page.goto(address)
  return { page, problems }
}
