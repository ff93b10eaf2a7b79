import type { HistoryList } from '../../domain/history.ts'
import { mapRows, type ReportDocument } from '../report-document.ts'
import { historyColumns, toHistoryRow } from './history-row.ts'
import { writeHistoryTable } from './history-table.ts'

export function createHistoryDocument(list: HistoryList): ReportDocument {
  const { user, linked, syncedAt } = list
  return {
    head: {
      user: user && { user_id: user.userId, username: user.username },
      recorded_only: !linked,
      synced_at: syncedAt,
    },
    rowsKey: 'events',
    columns: historyColumns,
    readRows: () => mapRows(list.readEvents(), toHistoryRow),
    writeTable: (page) => writeHistoryTable(list, page),
  }
}
