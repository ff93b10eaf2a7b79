import { phaseOf } from '../../domain/add-on.ts'
import { dayOf } from '../../domain/day.ts'
import type { StatusReport } from '../../domain/status-report.ts'
import { type AddOnStatus, countAssignable } from '../../domain/store-status.ts'
import { mapRows, type ReportDocument, type RowValue } from '../report-document.ts'
import { toRecordedRunRow } from './recorded-run-row.ts'
import { writeStatusText } from './status-text.ts'

export function createStatusDocument(report: StatusReport): ReportDocument {
  const { subscription, linked, syncedAt, inactiveForDays, attention, conditions, runs } = report
  return {
    head: {
      gitlab: {
        url: subscription.url,
        group: subscription.group,
        offering: subscription.offering,
        version: subscription.gitlabVersion,
        plan: subscription.plan,
      },
      linked,
      synced_at: syncedAt,
      inactive_for_days: inactiveForDays,
      runs: runs.map(toRecordedRunRow),
      attention: attention.map(({ code, addOn, message, command }) => ({
        code,
        add_on: addOn,
        message,
        command,
      })),
      conditions: conditions.map(({ name, isMet, message, command }) => ({
        ...{ condition: name, met: isMet, message },
        command: isMet ? null : command,
      })),
    },
    rowsKey: 'add_ons',
    columns: [...addOnColumns],
    readRows: () => mapRows(report.addOns, (addOn) => toAddOnRow(addOn, report)),
    writeTable: (page) => writeStatusText(report, page),
  }
}

const addOnColumns = [
  'add_on',
  'bought',
  'held',
  'free',
  'pending',
  'idle',
  'without_recorded_use',
  'not_eligible',
  'started_on',
  'expires_on',
  'state',
] as const

function toAddOnRow(
  addOn: AddOnStatus,
  { now }: StatusReport,
): Record<(typeof addOnColumns)[number], RowValue> {
  const { purchase, pending, idle, holders } = addOn
  return {
    add_on: purchase.addOn,
    bought: purchase.quantity,
    held: purchase.assigned,
    free: countAssignable(addOn, now),
    pending,
    idle,
    without_recorded_use: holders.withoutRecord,
    not_eligible: holders.notEligible,
    started_on: purchase.startedOn,
    expires_on: purchase.expiresOn,
    state: purchase.goneAt === null ? phaseOf(purchase, dayOf(now)) : 'over',
  }
}
