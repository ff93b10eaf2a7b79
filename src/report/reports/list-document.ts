import { countFreeSeats } from '../../domain/add-on.ts'
import type { ListReport } from '../../domain/seat-list.ts'
import { mapRows, type ReportDocument } from '../report-document.ts'
import { writeListTable } from './list-table.ts'
import { linkedUserColumns, listedUserColumns, toLinkedUserRow, toListedUserRow } from './listed-user-row.ts'
import { toSurplusRow } from './surplus-text.ts'

export function createListDocument(report: ListReport): ReportDocument {
  const { purchase, surplus, linked, syncedAt } = report
  return {
    head: {
      purchase: {
        id: purchase.id,
        add_on: purchase.addOn,
        quantity: purchase.quantity,
        assigned: purchase.assigned,
        free: countFreeSeats(purchase),
        started_on: purchase.startedOn,
        expires_on: purchase.expiresOn,
        gone_at: purchase.goneAt,
      },
      surplus: surplus && toSurplusRow(surplus),
      recorded_only: !linked,
      ...(syncedAt !== null && { synced_at: syncedAt }),
    },
    rowsKey: 'users',
    columns: linked ? linkedUserColumns : listedUserColumns,
    readRows: () => mapRows(report.readUsers(), linked ? toLinkedUserRow : toListedUserRow),
    writeTable: (page) => writeListTable(report, page),
  }
}
