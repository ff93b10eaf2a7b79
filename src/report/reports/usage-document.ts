import { countFreeSeats, isActive } from '../../domain/add-on.ts'
import type { UsageReport } from '../../domain/seat-usage.ts'
import { mapRows, type ReportDocument } from '../report-document.ts'
import { toHolderRow } from './holder-row.ts'
import { writeUsageText } from './usage-text.ts'

export function createUsageDocument(report: UsageReport): ReportDocument {
  const { purchase, holders, linked, syncedAt, by, today } = report
  const reclaimable = isActive(purchase, today) ? holders.reclaimable : { 30: null, 60: null, 90: null }
  return {
    head: {
      purchase: {
        id: purchase.id,
        add_on: purchase.addOn,
        quantity: purchase.quantity,
        assigned: purchase.assigned,
        free: isActive(purchase, today) ? countFreeSeats(purchase) : null,
      },
      recorded_only: !linked,
      synced_at: syncedAt,
      holders: toHolderRow(holders),
      reclaimable: {
        inactive_for_30_days: reclaimable[30],
        inactive_for_60_days: reclaimable[60],
        inactive_for_90_days: reclaimable[90],
      },
      by,
    },
    rowsKey: 'periods',
    columns: ['from', 'to', 'bought', 'held', 'active'],
    readRows: () =>
      mapRows(report.periods, ({ from, to, bought, held, active }) => ({ from, to, bought, held, active })),
    writeTable: (page) => writeUsageText(report, page),
  }
}
