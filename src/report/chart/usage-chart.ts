import { planSeatChart, type SeatChart, type SeriesShape } from '../../chart/plan-seat-chart.ts'
import {
  axisLabels,
  formatSeats,
  type SeriesName,
  seriesLabels,
  seriesNames,
} from '../../chart/seat-series.ts'
import { addOns } from '../../domain/add-on.ts'
import { formatMinute } from '../../domain/as-of.ts'
import { formatCount } from '../../domain/count-words.ts'
import type { UsageReport } from '../../domain/seat-usage.ts'
import { describeScope } from '../../domain/snapshot.ts'
import type { PeriodName, UsagePeriod } from '../../domain/usage-periods.ts'
import { escapeUnprintable, escapeXml } from '../escape-xml.ts'
import type { TextOutput } from '../text-output.ts'
import { chartStyle } from './chart-style.ts'
import { element, textElement } from './svg.ts'

/** Seats bought, held and active at the end of each period, as an SVG; what is unknown is a gap. */
export async function writeUsageChart(report: UsageReport, output: TextOutput): Promise<void> {
  await output.write(drawUsageChart(report))
  await output.end()
}

const width = 800
const height = 440
const plot = { left: 84, right: 752, top: 138, bottom: 376 }

function drawUsageChart(report: UsageReport): string {
  const { purchase, by, periods, today } = report
  const title = `${addOns[purchase.addOn].product}: seats by ${by}`
  const chart = planSeatChart(periods, today, plot)
  const frame = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-labelledby': 'title description',
  }
  const drawing = element(
    'svg',
    frame,
    element('title', { id: 'title' }, escapeXml(title)),
    element('desc', { id: 'description' }, escapeXml(describeChart(report))),
    element('style', {}, chartStyle),
    element('rect', { class: 'page', width, height }),
    textElement(title, { class: 'title', x: 24, y: 38 }),
    textElement(describeSource(report), { class: 'label', x: 24, y: 62 }),
    ...drawLegend(periods),
    ...drawSeatAxis(chart),
    ...drawTimeAxis(chart, by),
    ...chart.series.flatMap(drawSeries),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${drawing}\n`
}

const longestPlace = 64

function describeSource({ source, syncedAt }: UsageReport): string {
  const place = escapeUnprintable(describeScope(source))
  const shown = place.length > longestPlace ? `${[...place].slice(0, longestPlace - 1).join('')}…` : place
  return `${shown}, as of ${formatMinute(syncedAt)}`
}

/** For a reader who does not see the picture. */
function describeChart(report: UsageReport): string {
  const last = report.periods.at(-1)
  if (last === undefined) return 'No period is shown.'
  const values = seriesNames.map((name) => `${seriesLabels[name]}: ${formatSeats(last[name])}`)
  return `${describeSource(report)}. From ${report.periods[0]?.from} to ${last.to}. At the end: ${values.join('. ')}.`
}

const legendPlaces: Record<SeriesName, number> = { bought: 24, held: 214, active: 404 }

function drawLegend(periods: readonly UsagePeriod[]): string[] {
  return seriesNames.flatMap((name) => {
    const x = legendPlaces[name]
    const text = `${seriesLabels[name]}: ${formatSeats(periods.at(-1)?.[name])}`
    return [
      element('path', { class: `line ${name}`, d: `M${x + 2},88H${x + 26}` }),
      textElement(text, { class: 'value', x: x + 36, y: 92.5 }),
    ]
  })
}

function drawSeatAxis({ seatTicks }: SeatChart): string[] {
  return [
    textElement('Seats', { class: 'label', x: plot.left - 10, y: plot.top - 16, 'text-anchor': 'end' }),
    ...seatTicks.flatMap(({ seats, y }) => [
      element('path', { class: 'grid', d: `M${plot.left},${round(y)}H${plot.right}` }),
      textElement(formatCount(seats), {
        class: 'label tick',
        x: plot.left - 10,
        y: round(y + 4.5),
        'text-anchor': 'end',
      }),
    ]),
  ]
}

function drawTimeAxis({ dayTicks }: SeatChart, by: PeriodName): string[] {
  const labels = dayTicks.flatMap(({ label, x }) => [
    element('path', { class: 'grid', d: `M${round(x)},${plot.bottom}V${plot.bottom + 6}` }),
    textElement(label, { class: 'label tick', x: round(x), y: plot.bottom + 22, 'text-anchor': 'middle' }),
  ])
  const middle = (plot.left + plot.right) / 2
  const axis = { class: 'label', x: middle, y: plot.bottom + 48, 'text-anchor': 'middle' }
  return [...labels, textElement(axisLabels[by], axis)]
}

function drawSeries({ name, stroke, surface, dots }: SeriesShape): string[] {
  return [
    ...(name === 'held' ? [element('path', { class: `area ${name}`, d: surface })] : []),
    element('path', { class: `line ${name}`, d: stroke }),
    ...dots.map(({ x, y }) =>
      element('circle', { class: `dot ${name}`, cx: round(x), cy: round(y), r: 3.5 }),
    ),
  ]
}

function round(coordinate: number): number {
  return Math.round(coordinate * 10) / 10
}
