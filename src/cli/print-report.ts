import type { UserError } from '../errors.ts'
import { collectText } from '../report/collect-text.ts'
import { localizeTimes } from '../report/local-time.ts'
import type { Page } from '../report/page.ts'
import type { RunFormat } from '../report/reports/write-run.ts'
import type { StatusFormat } from '../report/reports/write-status.ts'
import type { TextOutput } from '../report/text-output.ts'
import type { App } from './app.ts'
import { canPage, showText } from './show-text.ts'
import { createPage } from './terminal/terminal-page.ts'

interface PrintOptions {
  format: RunFormat | StatusFormat
  columns?: readonly string[] | undefined
}

/** Explains an exit code other than 0. */
export interface Failure {
  message: string
  hint: string | null
}

/**
 * On stdout; a table on a terminal goes through the pager.
 *
 * @param failures on stderr, unless a table shows them
 * @throws the interruption if a signal ends the pager; a reader who quits it ends only the printing
 */
export async function printReport(
  app: App,
  options: PrintOptions,
  interruption: UserError,
  write: (page: Page) => Promise<void>,
  failures: readonly Failure[] = [],
): Promise<void> {
  await print(app, options, interruption, write)
  if (isTableShown(app, options)) return
  for (const { message, hint } of failures) app.terminal.error(localizeTimes(message), hint)
}

/** Otherwise stderr must explain the exit code: a program reads the report, or `--quiet` hides it. */
export function isTableShown({ terminal }: App, { format }: PrintOptions): boolean {
  return format === 'table' && !terminal.isQuiet
}

async function print(
  app: App,
  { format, columns }: PrintOptions,
  interruption: UserError,
  write: (page: Page) => Promise<void>,
): Promise<void> {
  const printTo = (output: TextOutput) =>
    write({ ...createPage(app.terminal, output), columns: columns ?? null, now: app.session.readClock() })
  if (format !== 'table' || !canPage(app)) return printTo(app.stdout)
  await showText(app, await collectText(printTo), interruption)
}
