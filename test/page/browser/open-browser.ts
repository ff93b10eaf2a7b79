import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, describe, onTestFinished, test } from 'vitest'
import { findBrowser, missingBrowser } from './find-browser.ts'

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

const viewport = { width: 1400, height: 800 }

export interface OpenedPage {
  page: Page
  /** Messages of the console and uncaught errors, such as violations of the policy. */
  problems: string[]
}

export type OpenPage = (address: string, options?: BrowserContextOptions) => Promise<OpenedPage>

/** Tests in a browser. Without one they are skipped, except with DUO_SEATS_REQUIRE_BROWSER=1. */
export function describeInBrowser(name: string, define: (openPage: OpenPage) => void): void {
  if (findBrowser() === null && process.env['DUO_SEATS_REQUIRE_BROWSER'] !== '1') {
    describe.skip(`${name} (skipped: ${missingBrowser})`, () => define(failToOpen))
    return
  }
  describe(name, () => {
    let tabs: Tabs | null = null
    withTabs.beforeAll(({ tabs: opened }) => {
      tabs = opened
    })
    afterAll(() => tabs?.rest())
    define(async (address, options) => (tabs ?? (await failToOpen())).open(address, options))
  })
}

/** All files of a worker share the browser. */
const withTabs = test
  .extend('program', { scope: 'worker' }, findBrowser)
  .extend('tabs', { scope: 'worker' }, async ({ program }, { onCleanup }) => {
    if (program === null) throw new Error(missingBrowser)
    const browser = await chromium.launch({ executablePath: program, args: flags })
    onCleanup(() => browser.close())
    return new Tabs(browser)
  })

function failToOpen(): Promise<never> {
  return Promise.reject(new Error('The browser is missing.'))
}

/** A tab serves one test after the other: a new one takes a process, and a second. */
class Tabs {
  readonly #browser: Browser
  readonly #free: Page[] = []

  constructor(browser: Browser) {
    this.#browser = browser
  }

  async open(address: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
    const page = await this.#take(options)
    const problems: string[] = []
    const { origin } = new URL(address)
    page.on('console', (message) => {
      // The page of the test before may still ask its server, which is gone.
      const isOwn = ['', origin].includes(message.location().url.split('/').slice(0, 3).join('/'))
      if (isOwn && (message.type() === 'error' || message.type() === 'warning')) problems.push(message.text())
    })
    page.on('pageerror', (error) => problems.push(String(error)))
    await page.goto(address)
    return { page, problems }
  }

  /** Leaves the pages: each would ask for its server for as long as the worker has other tests. */
  async rest(): Promise<void> {
    for (const page of this.#free) await page.goto('about:blank')
  }

  /** With options, the tab has a context of its own. */
  async #take(options: BrowserContextOptions): Promise<Page> {
    if (Object.keys(options).length > 0) {
      const context = await this.#browser.newContext({ viewport, ...options })
      onTestFinished(() => context.close())
      return context.newPage()
    }
    const page = this.#free.pop() ?? (await this.#browser.newPage({ viewport }))
    onTestFinished(async () => {
      page.removeAllListeners('console')
      page.removeAllListeners('pageerror')
      page.removeAllListeners('request')
      await page.unrouteAll()
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme: 'light' })
      this.#free.push(page)
    })
    return page
  }
}
