import type { UserError } from '../errors.ts'
import { collectText } from '../report/collect-text.ts'
import type { RunFormat } from '../report/formats/write-run.ts'
import type { StatusFormat } from '../report/formats/write-status.ts'
import type { Page } from '../report/page.ts'
import type { TextOutput } from '../report/text-output.ts'
import type { App } from './app.ts'
import { canPage, showText } from './show-text.ts'
import { createPage } from './terminal/terminal-page.ts'

interface PrintOptions {
  format: RunFormat | StatusFormat
  columns?: readonly string[] | undefined
}

/**
 * On stdout; a table on a terminal goes through the pager.
 *
 * @throws the interruption if a signal ends the pager; a reader who quits it ends only the printing
 */
export async function printReport(
  app: App,
  { format, columns = undefined }: PrintOptions,
  interruption: UserError,
  write: (page: Page) => Promise<void>,
): Promise<void> {
  const print = (output: TextOutput) =>
    write({ ...createPage(app.terminal, output), columns: columns ?? null, now: app.session.readClock() })
  if (format !== 'table' || !canPage(app)) return print(app.stdout)
  await showText(app, await collectText(print), interruption)
}
