import type { RunList } from '../../domain/recorded-run.ts'
import { mapRows, type ReportDocument } from '../report-document.ts'
import { recordedRunColumns, toRecordedRunRow, userRunColumns } from './recorded-run-row.ts'
import { writeRunListTable } from './run-list-table.ts'

export function createRunListDocument(list: RunList): ReportDocument {
  const { user } = list
  return {
    head: { user: user && { user_id: user.userId, username: user.username } },
    rowsKey: 'runs',
    columns: user === null ? recordedRunColumns : userRunColumns,
    readRows: () => mapRows(list.readRuns(), toRecordedRunRow),
    writeTable: (page) => writeRunListTable(list, page),
  }
}
