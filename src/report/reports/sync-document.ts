import { type SyncReport, syncChangeCodes } from '../../domain/sync-change.ts'
import { mapRows, type ReportDocument } from '../report-document.ts'
import { toSurplusRow } from './surplus-text.ts'
import { syncChangeColumns, toSyncChangeRow } from './sync-change-row.ts'
import { writeSyncText } from './sync-text.ts'

export function createSyncDocument(report: SyncReport): ReportDocument {
  const { subscription } = report
  const counts = Object.fromEntries(syncChangeCodes.map((code) => [code, report.counts[code] ?? 0]))
  return {
    head: {
      snapshot: {
        taken_at: report.takenAt,
        offering: subscription.offering,
        url: subscription.url,
        group: subscription.group,
        plan: subscription.plan,
        gitlab_version: subscription.gitlabVersion,
        last_sync_at: subscription.lastSyncAt,
      },
      summary: { ...counts, activity_updated: report.activityUpdated },
      pushed: report.pushed,
      emails: report.hiddenAddresses && {
        users: report.hiddenAddresses.users,
        hidden: report.hiddenAddresses.hidden,
      },
      warnings: report.warnings,
      surplus: report.surpluses.map(toSurplusRow),
    },
    rowsKey: 'changes',
    columns: syncChangeColumns,
    readRows: () => mapRows(report.readChanges(), toSyncChangeRow),
    writeTable: (page) => writeSyncText(report, page),
  }
}
