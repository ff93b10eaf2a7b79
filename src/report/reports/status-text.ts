import { formatSeats } from '../../chart/seat-series.ts'
import { addOns } from '../../domain/add-on.ts'
import { formatCount } from '../../domain/count-words.ts'
import { addDays } from '../../domain/day.ts'
import { nameCommand } from '../../domain/describe-run.ts'
import { nameStore } from '../../domain/name-store.ts'
import type { ListedRun } from '../../domain/recorded-run.ts'
import { addressScope } from '../../domain/snapshot.ts'
import type { StatusReport } from '../../domain/status-report.ts'
import { type AddOnStatus, countAssignable } from '../../domain/store-status.ts'
import { escapeControls } from '../escape-controls.ts'
import { describeLocalAge, formatLocalMinute, localizeTimes } from '../local-time.ts'
import type { Page } from '../page.ts'
import { type TableColumn, writeColumns } from '../table/column-table.ts'
import { wrapProse } from '../wrap-prose.ts'
import { listOutcomes } from './run-conclusion.ts'

export async function writeStatusText(report: StatusReport, page: Page): Promise<void> {
  const { output, style, width } = page
  const { subscription, linked, syncedAt, now, runs, attention, conditions } = report
  const mode = linked ? 'linked' : 'not linked: GitLab itself is not changed'
  const head = `${style.bold(escapeControls(addressScope(subscription)))} (${mode})
Last sync: ${describeLocalAge(syncedAt, now)}.`
  await output.write(`${wrapProse(head, width)}\n\n`)
  await writeColumns(page, makeAddOnColumns(report), () => report.addOns)
  if (runs.length > 0) {
    await output.write('\n')
    await writeColumns(page, runColumns, () => runs)
  }
  const describe = (message: string) => escapeControls(localizeTimes(message))
  const next = (command: string) => ` Next: ${nameStore(command, page.namedStore)}`
  const lines = [
    ...conditions.map(({ isMet, message, command }) =>
      isMet
        ? `${style.green('✓')} ${describe(message)}`
        : `${style.red('✗')} ${describe(message)}${next(command)}`,
    ),
    ...attention.map(({ message, command }) => `${style.yellow('!')} ${describe(message)}${next(command)}`),
  ]
  const end = lines.length > 0 ? lines.join('\n') : `${style.green('✓')} Nothing needs attention.`
  await output.write(`\n${wrapProse(end, width)}\n`)
}

function makeAddOnColumns({ inactiveForDays, now }: StatusReport): TableColumn<AddOnStatus>[] {
  return [
    { header: 'ADD-ON', read: ({ purchase }) => addOns[purchase.addOn].product },
    { header: 'HELD', read: ({ purchase }) => formatCount(purchase.assigned) },
    { header: 'BOUGHT', read: ({ purchase }) => formatCount(purchase.quantity) },
    { header: 'FREE', read: (addOn) => formatNumber(countAssignable(addOn, now)) },
    { header: 'PENDING', read: ({ pending }) => formatCount(pending), leftOut: 1 },
    {
      header: `IDLE ${inactiveForDays} DAYS`,
      read: ({ idle }) => formatSeats(idle),
    },
    { header: 'USE UNKNOWN', read: ({ holders }) => formatCount(holders.withoutRecord), leftOut: 3 },
    { header: 'NOT ELIGIBLE', read: ({ holders }) => formatCount(holders.notEligible), leftOut: 2 },
    {
      header: 'VALID UNTIL',
      read: ({ purchase: { expiresOn, goneAt } }) => {
        if (goneAt !== null) return 'over'
        return expiresOn === null ? 'unknown' : addDays(expiresOn, -1)
      },
    },
  ]
}

function formatNumber(number: number | null): string {
  return number === null ? '–' : formatCount(number)
}

const runColumns: TableColumn<ListedRun>[] = [
  { header: 'RUN', read: ({ run }) => String(run.id) },
  { header: 'STARTED', read: ({ run }) => formatLocalMinute(run.startedAt) },
  { header: 'WHO', read: ({ run }) => run.actor, overflow: 'shorten', leftOut: 1 },
  { header: 'COMMAND', read: ({ run }) => nameCommand(run) },
  { header: 'OUTCOMES', read: listOutcomes, overflow: 'break' },
]
