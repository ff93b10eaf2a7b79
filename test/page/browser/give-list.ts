import type { Page } from 'playwright-core'

const makeTransfer = `const transfer = new DataTransfer()`

function dispatch(page: Page, script: string): Promise<unknown> {
  return page.evaluate(`{ ${makeTransfer}; ${script} }`)
}

/** As a file from a folder. */
export async function dropList(page: Page, csv: string, name = 'people.csv'): Promise<void> {
  await page.getByText('Drop a CSV here').waitFor()
  const file = `new File([${JSON.stringify(csv)}], ${JSON.stringify(name)})`
  const events = ['dragover', 'drop'].map(
    (type) =>
      `document.body.dispatchEvent(new DragEvent('${type}', { dataTransfer: transfer, bubbles: true, cancelable: true }))`,
  )
  await dispatch(page, `transfer.items.add(${file}); ${events.join(';')}`)
}

export async function chooseList(page: Page, csv: string | Buffer, name = 'people.csv'): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a file …' }).click()
  const buffer = typeof csv === 'string' ? Buffer.from(csv) : csv
  await (await chooser).setFiles({ name, mimeType: 'text/csv', buffer })
}

/** As cells of a spreadsheet. */
export async function pasteList(page: Page, cells: string): Promise<void> {
  await page.getByText('Drop a CSV here').waitFor()
  const event = `new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })`
  await dispatch(
    page,
    `transfer.setData('text/plain', ${JSON.stringify(cells)}); document.body.dispatchEvent(${event})`,
  )
}
