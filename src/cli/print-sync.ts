import { countWords } from '../domain/count-words.ts'
import { describeHiddenAddresses } from '../domain/hidden-addresses.ts'
import type { SyncReport } from '../domain/sync-change.ts'
import { UserError } from '../errors.ts'
import { type Format, writeDocument } from '../report/formats/formats.ts'
import { localizeTimes } from '../report/local-time.ts'
import type { Page } from '../report/page.ts'
import { createSyncDocument } from '../report/reports/sync-document.ts'
import type { App } from './app.ts'
import { explainPrintFailure } from './print-failure.ts'
import { type Failure, printReport } from './print-report.ts'

export interface SyncPrintOptions {
  columns?: string[]
  format: Format
}

/** The sync is complete, so an interruption or a full disk ends the printing only. */
export async function printSync(app: App, report: SyncReport, options: SyncPrintOptions): Promise<void> {
  for (const warning of report.warnings) app.terminal.warn(localizeTimes(warning))
  const hidden = describeHiddenAddresses(report.hiddenAddresses)
  if (hidden !== null) app.terminal.note(hidden)
  const interruption = createPrintInterruption()
  const readChanges: SyncReport['readChanges'] = (codes) =>
    app.readUntilAborted(report.readChanges(codes), interruption)
  const write = (page: Page) =>
    writeDocument(createSyncDocument({ ...report, readChanges }), options.format, page)
  await printReport(app, options, interruption, write, describeRefusals(report)).catch((error: unknown) => {
    throw explainPrintFailure(error, 'The sync is complete.', interruption.hint)
  })
}

function describeRefusals({ pushed }: SyncReport): Failure[] {
  if (!pushed?.refused) return []
  const message = `GitLab refused ${countWords(pushed.refused, 'pending change')}.`
  return [{ message, hint: 'To see them: duo-seats runs' }]
}

function createPrintInterruption(): UserError {
  return new UserError(
    'interrupted',
    'Interrupted while printing: the sync is complete.',
    'Run "duo-seats list" to see who holds a seat.',
  )
}
