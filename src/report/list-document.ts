import { countFreeSeats } from '../domain/add-on.ts'
import type { ListReport } from '../domain/seat-list.ts'
import { writeListTable } from './list-table.ts'
import { listedUserColumns, toListedUserRow } from './listed-user-row.ts'
import { mapRows, type ReportDocument } from './report-document.ts'

/** A list of seats in the form of the contract. */
export function createListDocument(report: ListReport): ReportDocument {
  const { purchase } = report
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
      },
    },
    rowsKey: 'users',
    columns: listedUserColumns,
    readRows: () => mapRows(report.readUsers(), toListedUserRow),
    writeTable: (page) => writeListTable(report, page),
  }
}
