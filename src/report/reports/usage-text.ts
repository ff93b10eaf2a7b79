import { addOns, countFreeSeats } from '../../domain/add-on.ts'
import { countWords } from '../../domain/count-words.ts'
import { type HolderUsage, reclaimSpans, type UsageReport } from '../../domain/seat-usage.ts'
import type { PeriodName, UsagePeriod } from '../../domain/usage-periods.ts'
import type { Page } from '../page.ts'
import type { Style } from '../style.ts'
import { type TableColumn, writeColumns } from '../table/column-table.ts'

export async function writeUsageText(report: UsageReport, page: Page): Promise<void> {
  const { purchase, holders, syncedAt, periods, by } = report
  const { output, style } = page
  const free = countFreeSeats(purchase)
  await output.write(`${style.bold(addOns[purchase.addOn].product)}\n`)
  await output.write(`Seats: ${purchase.quantity} bought, ${purchase.assigned} held, ${free} free.\n\n`)
  await writeColumns(page, factColumns, () => listFacts(holders))
  await output.write('\n')
  await writeColumns(page, reclaimColumns, () =>
    reclaimSpans.map((days) => ({ days, seats: holders.reclaimable[days] })),
  )
  await output.write('\n')
  const most = Math.max(1, ...periods.map(({ held, bought }) => Math.max(held, bought ?? 0)))
  await writeColumns(page, makePeriodColumns(by, most), () => periods)
  await output.write(
    `\nAs of the sync of ${syncedAt.slice(0, 16).replace('T', ' ')} UTC.${describeUnknown(report)}\n`,
  )
}

interface Fact {
  label: string
  holders: number
}

function* listFacts({ held, used, idle, withoutRecord, notEligible }: HolderUsage): Iterable<Fact> {
  yield { label: 'used in the last 7 days', holders: used[7] }
  yield { label: 'used in the last 30 days', holders: used[30] }
  yield { label: 'used in the last 90 days', holders: used[90] }
  yield { label: 'idle for 30 to 59 days', holders: idle[30] }
  yield { label: 'idle for 60 to 89 days', holders: idle[60] }
  yield { label: 'idle for 90 days or more', holders: idle[90] }
  yield { label: 'without recorded use', holders: withoutRecord }
  yield { label: 'not eligible', holders: notEligible }
  yield { label: 'all', holders: held }
}

const factColumns: TableColumn<Fact>[] = [
  { header: 'HOLDERS', read: ({ label }) => label },
  { header: '', read: ({ holders }) => String(holders) },
]

const reclaimColumns: TableColumn<{ days: number; seats: number }>[] = [
  { header: 'COMMAND', read: ({ days }) => `duo-seats reclaim --inactive-for ${days}d` },
  { header: 'WOULD REMOVE', read: ({ seats }) => countWords(seats, 'seat') },
]

const barWidth = 30

function makePeriodColumns(by: PeriodName, most: number): TableColumn<UsagePeriod>[] {
  return [
    { header: by.toUpperCase(), read: ({ from }) => (by === 'month' ? from.slice(0, 7) : from) },
    { header: 'HELD', read: ({ held }) => String(held) },
    { header: 'BOUGHT', read: ({ bought }) => (bought === null ? 'unknown' : String(bought)) },
    { header: 'ACTIVE', read: ({ active }) => (active === null ? 'unknown' : String(active)), leftOut: 2 },
    { header: '', read: (period) => drawBar(period, most), paint: paintBar, leftOut: 1 },
  ]
}

/** Active holders, then the other seats held, then those that are free. */
function drawBar({ held, bought, active }: UsagePeriod, most: number): string {
  const scale = (seats: number) => Math.round((seats / most) * barWidth)
  const [used, all, total] = [
    scale(Math.min(active ?? 0, held)),
    scale(held),
    scale(Math.max(held, bought ?? 0)),
  ]
  return '█'.repeat(used) + '▒'.repeat(all - used) + '░'.repeat(total - all)
}

function paintBar({ held, bought }: UsagePeriod, style: Style) {
  return bought !== null && held > bought ? style.red : style.green
}

function describeUnknown({ holders: { held, withoutRecord } }: UsageReport): string {
  if (withoutRecord === 0 || held === 0) return ''
  return ' A holder without recorded use never used it, or GitLab did not record it: it does so since 18.0.'
}
