import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const schemes = ['light', 'dark'] as const

/**
 * Looks at the page as it is in several widths, in light and dark.
 *
 * @param widths in pixels
 * @returns violated rules of axe-core for WCAG 2.2 AA, as `360 dark: rule selector`, and widths that the page exceeds
 */
export async function listViolations(page: Page, widths: readonly number[]): Promise<string[]> {
  await loadAxe(page)
  const found: string[] = []
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 })
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme })
      const faults = [...(await listBrokenRules(page)), ...(await listExcess(page))]
      found.push(...faults.map((fault) => `${width} ${colorScheme}: ${fault}`))
    }
  }
  return found
}

/** Once for each document. Its last value would be read as a whole. */
async function loadAxe(page: Page): Promise<void> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(`${axe};undefined`)
}

function listBrokenRules(page: Page): Promise<string[]> {
  const describe =
    'violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => [id, ...target].join(" ")))'
  const options = JSON.stringify({ runOnly: rules, resultTypes: ['violations'] })
  return page.evaluate(`axe.run(${options}).then(({ violations }) => ${describe})`)
}

function listExcess(page: Page): Promise<string[]> {
  return page.evaluate('document.documentElement.scrollWidth <= innerWidth ? [] : ["wider than the window"]')
}
