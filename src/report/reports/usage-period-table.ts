import { formatSeats } from '../../chart/seat-series.ts'
import { formatCount } from '../../domain/count-words.ts'
import type { UsageReport } from '../../domain/seat-usage.ts'
import type { PeriodName, UsagePeriod } from '../../domain/usage-periods.ts'
import type { Page } from '../page.ts'
import type { Paint, Style } from '../style.ts'
import { alignRight } from '../table/align-right.ts'
import { type TableColumn, writeColumns } from '../table/column-table.ts'
import { wrapProse } from '../wrap-prose.ts'

/** A sync records the number of all holders with use, whether or not they are eligible. */
const ineligibleActive =
  'ACTIVE includes holders who are not eligible. LAST USE has them in a row of their own.'

const widestBar = 30
const narrowestBar = 10

/** In columns, with the gaps: day, bought, held, active. */
const widthOfNumbers = 38

export async function writeUsagePeriods({ periods, by, holders }: UsageReport, page: Page): Promise<void> {
  if (periods.length === 0) return
  const room = (page.width ?? Number.POSITIVE_INFINITY) - widthOfNumbers
  const width = Math.max(narrowestBar, Math.min(widestBar, room))
  const columns: TableColumn<UsagePeriod>[] = [
    { header: by.toUpperCase(), read: ({ from }) => formatPeriod(from, by) },
    alignRight({ header: 'BOUGHT', read: ({ bought }) => formatSeats(bought) }, periods),
    alignRight({ header: 'HELD', read: ({ held }) => formatCount(held) }, periods),
    alignRight({ header: 'ACTIVE', read: ({ active }) => formatSeats(active), leftOut: 1 }, periods),
    { header: '', read: makeBars(periods, width), paint: paintBar, leftOut: 2 },
  ]
  await page.output.write('\n')
  await writeColumns(page, columns, () => periods)
  await page.output.write(`${explainBars(periods)}\n`)
  const isCounted = periods.some(({ active }) => active !== null)
  if (isCounted && holders.notEligible > 0)
    await page.output.write(`${wrapProse(ineligibleActive, page.width)}\n`)
}

function formatPeriod(from: string, by: PeriodName): string {
  return by === 'month' ? from.slice(0, 7) : from
}

/** Active holders, then the other seats held, then those that are free or too many. */
function makeBars(periods: readonly UsagePeriod[], width: number): (period: UsagePeriod) => string {
  const most = periods.reduce((most, { held, bought }) => Math.max(most, held, bought ?? 0), 1)
  const scale = (seats: number) => Math.round((seats / most) * width)
  return ({ held, bought, active }) => {
    const ends = [active ?? 0, Math.min(held, bought ?? held), held, bought ?? 0]
    let bar = ''
    for (const [index, end] of ends.entries())
      bar += (marks[index] ?? '').repeat(Math.max(0, scale(end) - bar.length))
    return bar
  }
}

const marks = ['█', '▒', '!', '░']

function paintBar(period: UsagePeriod, style: Style): Paint {
  return isOver(period) ? style.red : style.green
}

function isOver({ held, bought }: UsagePeriod): boolean {
  return bought !== null && held > bought
}

function explainBars(periods: readonly UsagePeriod[]): string {
  const surplus = periods.some(isOver) ? ', ! more than bought' : ''
  return `█ active in 30 days, ▒ held, ░ free${surplus}.`
}
