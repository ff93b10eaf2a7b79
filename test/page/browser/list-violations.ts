import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** @returns the rules of axe-core that are violated, with the elements */
export async function listViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const describe =
    'violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => [id, ...target].join(" ")))'
  return page.evaluate(`axe.run({ runOnly: ${JSON.stringify(rules)} }).then(({ violations }) => ${describe})`)
}
