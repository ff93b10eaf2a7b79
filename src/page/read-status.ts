import { resolve } from 'node:path'
import { dayOf } from '../domain/day.ts'
import { noLimits, readStatusReport, usualInactiveDays } from '../history/read-status-report.ts'
import { formatJson } from '../report/formats/format-json.ts'
import { createStatusDocument } from '../report/reports/status-document.ts'
import { isAtWork } from './is-at-work.ts'
import type { PageContext } from './page-context.ts'

export function readStatus(context: PageContext): Promise<string> {
  const { store, table, session, actor, isReadOnly, startCommand } = context
  const now = session.readClock()
  const document = createStatusDocument(
    readStatusReport(store, {
      inactiveForDays: usualInactiveDays,
      limits: noLimits,
      now,
      isAtWork: (run) => isAtWork(run, context),
      readHolders: (addOnPurchaseId, offering) => table.readHolders(addOnPurchaseId, offering),
    }),
  )
  const head = {
    ...document.head,
    read_only: isReadOnly,
    store: resolve(session.storePath),
    actor: actor.actor,
    today: dayOf(now),
    start_command: startCommand,
  }
  return formatJson({ ...document, head })
}
