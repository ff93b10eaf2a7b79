import { scaleLinear, scaleUtc } from 'd3-scale'
import { area, line } from 'd3-shape'
import { addOns } from '../../domain/add-on.ts'
import { formatCount } from '../../domain/count-words.ts'
import { addDays, type Day, dayOf } from '../../domain/day.ts'
import type { UsageReport } from '../../domain/seat-usage.ts'
import type { PeriodName, UsagePeriod } from '../../domain/usage-periods.ts'
import { escapeControls } from '../escape-controls.ts'
import type { TextOutput } from '../text-output.ts'
import { chartStyle } from './chart-style.ts'
import { element, escapeXml, textElement } from './svg.ts'

/** Seats bought, held and active at the end of each period, as an SVG; what is unknown is a gap. */
export async function writeUsageChart(report: UsageReport, output: TextOutput): Promise<void> {
  await output.write(drawUsageChart(report))
  await output.end()
}

const width = 800
const height = 440
const plot = { left: 84, right: 752, top: 138, bottom: 376 }

type SeriesName = 'bought' | 'held' | 'active'

const seriesLabels: Record<SeriesName, string> = {
  bought: 'Bought',
  held: 'Held',
  active: 'Active in the 30 days before',
}

const seriesNames = ['bought', 'held', 'active'] as const

const axisLabels: Record<PeriodName, string> = {
  day: 'Day (UTC), with the values at its end',
  week: 'Week (UTC), with the values at its end',
  month: 'Month (UTC), with the values at its end',
}

function drawUsageChart(report: UsageReport): string {
  const { purchase, by, periods } = report
  const title = `${addOns[purchase.addOn].product}: seats by ${by}`
  const scales = makeScales(report)
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
    ...drawSeatAxis(scales),
    ...drawTimeAxis(scales, by),
    ...seriesNames.flatMap((name) => drawSeries(name, periods, scales)),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${drawing}\n`
}

function makeScales({ periods, today }: UsageReport) {
  const first = periods[0]?.from ?? today
  const last = periods.at(-1)?.from ?? today
  const [start, end] = first === last ? [addDays(first, -1), addDays(last, 1)] : [first, last]
  const most = periods.reduce((most, { held, bought }) => Math.max(most, held, bought ?? 0), 1)
  return {
    x: scaleUtc([new Date(start), new Date(end)], [plot.left, plot.right]),
    y: scaleLinear([0, most], [plot.bottom, plot.top]).nice(5),
  }
}

type Scales = ReturnType<typeof makeScales>

const longestPlace = 64

function describeSource({ source: { url, group }, syncedAt }: UsageReport): string {
  const place = escapeControls(group === null ? url : `${url}, group ${group}`)
  const shown = place.length > longestPlace ? `${[...place].slice(0, longestPlace - 1).join('')}…` : place
  return `${shown}, as of ${syncedAt.slice(0, 16).replace('T', ' ')} UTC`
}

/** For a reader who does not see the picture. */
function describeChart(report: UsageReport): string {
  const last = report.periods.at(-1)
  if (last === undefined) return 'No period is shown.'
  const values = seriesNames.map((name) => `${seriesLabels[name]}: ${formatValue(last[name])}`)
  return `${describeSource(report)}. From ${report.periods[0]?.from} to ${last.to}. At the end: ${values.join('. ')}.`
}

function formatValue(value: number | null | undefined): string {
  return value === null || value === undefined ? 'unknown' : formatCount(value)
}

const legendPlaces: Record<SeriesName, number> = { bought: 24, held: 214, active: 404 }

function drawLegend(periods: readonly UsagePeriod[]): string[] {
  return seriesNames.flatMap((name) => {
    const x = legendPlaces[name]
    const text = `${seriesLabels[name]}: ${formatValue(periods.at(-1)?.[name])}`
    return [
      element('path', { class: `line ${name}`, d: `M${x + 2},88H${x + 26}` }),
      textElement(text, { class: 'value', x: x + 36, y: 92.5 }),
    ]
  })
}

function drawSeatAxis({ y }: Scales): string[] {
  const ticks = y.ticks(5).filter(Number.isInteger)
  return [
    textElement('Seats', { class: 'label', x: plot.left - 10, y: plot.top - 16, 'text-anchor': 'end' }),
    ...ticks.flatMap((seats) => [
      element('path', { class: 'grid', d: `M${plot.left},${round(y(seats))}H${plot.right}` }),
      textElement(formatCount(seats), {
        class: 'label tick',
        x: plot.left - 10,
        y: round(y(seats) + 4.5),
        'text-anchor': 'end',
      }),
    ]),
  ]
}

function drawTimeAxis({ x }: Scales, by: PeriodName): string[] {
  const labels = listDays(x.ticks(7)).flatMap(({ day, label }) => {
    const at = round(x(new Date(day)))
    return [
      element('path', { class: 'grid', d: `M${at},${plot.bottom}V${plot.bottom + 6}` }),
      textElement(label, { class: 'label tick', x: at, y: plot.bottom + 22, 'text-anchor': 'middle' }),
    ]
  })
  const middle = (plot.left + plot.right) / 2
  const axis = { class: 'label', x: middle, y: plot.bottom + 48, 'text-anchor': 'middle' }
  return [...labels, textElement(axisLabels[by], axis)]
}

const monthWidth = 54
const dayWidth = 78

/** As many as have room for their labels. */
function listDays(ticks: readonly Date[]): { day: Day; label: string }[] {
  const instants = ticks.map((tick) => tick.toISOString())
  const days = instants.filter((instant) => instant.endsWith('T00:00:00.000Z')).map(dayOf)
  const areMonths = days.every((day) => day.endsWith('-01'))
  const room = (plot.right - plot.left) / (areMonths ? monthWidth : dayWidth)
  const step = Math.ceil(days.length / room)
  return days
    .filter((_, index) => index % step === 0)
    .map((day) => ({ day, label: areMonths ? day.slice(0, 7) : day }))
}

interface Point {
  day: Day
  value: number | null
}

function drawSeries(name: SeriesName, periods: readonly UsagePeriod[], { x, y }: Scales): string[] {
  const points = periods.map((period): Point => ({ day: period.from, value: period[name] }))
  const isKnown = ({ value }: Point) => value !== null
  const atX = ({ day }: Point) => x(new Date(day))
  const atY = ({ value }: Point) => y(value ?? 0)
  const stroke = line<Point>(atX, atY).defined(isKnown).digits(1)(points) ?? ''
  const surface = area<Point>(atX, plot.bottom, atY).defined(isKnown).digits(1)(points) ?? ''
  return [
    ...(name === 'held' ? [element('path', { class: `area ${name}`, d: surface })] : []),
    element('path', { class: `line ${name}`, d: stroke }),
    ...listAlone(points).map((point) =>
      element('circle', { class: `dot ${name}`, cx: round(atX(point)), cy: round(atY(point)), r: 3.5 }),
    ),
  ]
}

/** A known value between unknown ones has no line. */
function listAlone(points: readonly Point[]): Point[] {
  const isKnown = (index: number) => (points[index]?.value ?? null) !== null
  return points.filter((_, index) => isKnown(index) && !isKnown(index - 1) && !isKnown(index + 1))
}

function round(coordinate: number): number {
  return Math.round(coordinate * 10) / 10
}
