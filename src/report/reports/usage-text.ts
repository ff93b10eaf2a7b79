import { formatSeats } from '../../chart/seat-series.ts'
import { addOns, describeFreeSeats, describeInactivity, isActive, phaseOf } from '../../domain/add-on.ts'
import { formatCount } from '../../domain/count-words.ts'
import { dayOf } from '../../domain/day.ts'
import { explainLastUse, ineligibleIncluded, type LastUse, lastUseLabels } from '../../domain/last-use.ts'
import { nameReclaim } from '../../domain/name-reclaim.ts'
import { nameStore } from '../../domain/name-store.ts'
import {
  type HolderUsage,
  type ReclaimSpan,
  reclaimSpans,
  type UsageReport,
} from '../../domain/seat-usage.ts'
import { describeLocalAge } from '../local-time.ts'
import type { Page } from '../page.ts'
import { alignRight } from '../table/align-right.ts'
import { writeColumns } from '../table/column-table.ts'
import { wrapProse } from '../wrap-prose.ts'
import { toHolderRow } from './holder-row.ts'
import { writeUsagePeriods } from './usage-period-table.ts'

export async function writeUsageText(report: UsageReport, page: Page): Promise<void> {
  const { purchase, holders, today } = report
  const { output, style } = page
  const inactivity = describeInactivity(purchase, today)
  await output.write(`${style.bold(addOns[purchase.addOn].product)}\n`)
  await output.write(`${describeSeats(report)}\n`)
  if (inactivity !== null) await output.write(`${style.red(inactivity)}\n`)
  await output.write('\n')
  await writeHolders(holders, page)
  if (inactivity === null) await writeReclaim(report, page)
  await writeUsagePeriods(report, page)
  await output.write(`\n${wrapProse(describeKnowledge(report).join('\n'), page.width)}\n`)
}

function describeSeats({ purchase, today }: UsageReport): string {
  const bought = `${formatCount(purchase.quantity)} bought`
  const held = `${formatCount(purchase.assigned)} held`
  if (phaseOf(purchase, today) === 'scheduled') return `Seats: ${bought}, ${held}.`
  if (!isActive(purchase, today)) return `Seats: ${bought} before, ${held}.`
  return `Seats: ${bought}, ${held}, ${describeFreeSeats(purchase)}.`
}

interface Fact {
  label: string
  count: number | null
}

async function writeHolders(holders: HolderUsage, page: Page): Promise<void> {
  const facts = listFacts(holders)
  const counts = { header: 'HOLDERS', read: ({ count }: Fact) => formatSeats(count) }
  const columns = [{ header: 'LAST USE', read: ({ label }: Fact) => label }, alignRight(counts, facts)]
  await writeColumns(page, columns, () => facts)
}

function listFacts(holders: HolderUsage): Fact[] {
  const row = toHolderRow(holders)
  const keys = Object.keys(lastUseLabels) as LastUse[]
  return keys.map((key) => ({ label: lastUseLabels[key], count: row[key] }))
}

async function writeReclaim(report: UsageReport, page: Page): Promise<void> {
  const { reclaimable, notEligible } = report.holders
  const addOn = report.needsAddOn ? report.purchase.addOn : null
  const command = (days: ReclaimSpan) => nameStore(nameReclaim(addOn, days), page.namedStore)
  const columns = [
    { header: 'IDLE FOR', read: (days: ReclaimSpan) => `${days} days` },
    alignRight(
      { header: 'RECLAIMABLE', read: (days: ReclaimSpan) => formatCount(reclaimable[days]) },
      reclaimSpans,
    ),
    { header: 'COMMAND', read: command, overflow: 'break' as const },
  ]
  await page.output.write('\n')
  await writeColumns(page, columns, () => reclaimSpans)
  await page.output.write('Without --yes these commands only show the seats.\n')
  if (notEligible > 0) await page.output.write(`${ineligibleIncluded}\n`)
}

function describeKnowledge({ holders, hasActivity, syncedAt, now, today }: UsageReport): string[] {
  const later = dayOf(syncedAt) < today ? ' Later use is unknown until the next sync.' : ''
  const explanation = explainLastUse(hasActivity, holders.withoutRecord)
  return [`As of the sync ${describeLocalAge(syncedAt, now)}.${later}`, explanation ?? []].flat()
}
