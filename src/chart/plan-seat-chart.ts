import { scaleLinear, scaleUtc } from 'd3-scale'
import { area, line } from 'd3-shape'
import { addDays, type Day, dayOf } from '../domain/day.ts'
import type { UsagePeriod } from '../domain/usage-periods.ts'
import { type SeriesName, seriesNames } from './seat-series.ts'

/** The area of the lines, in pixels. */
export interface Plot {
  left: number
  right: number
  top: number
  bottom: number
}

/** All places of a chart of seats over time, in pixels; its drawing decides about colours and texts. */
export interface SeatChart {
  seatTicks: { seats: number; y: number }[]
  dayTicks: { label: string; x: number }[]
  /** One for each period. */
  places: number[]
  series: SeriesShape[]
}

export interface SeriesShape {
  name: SeriesName
  /** Path of the line; what is unknown is a gap. */
  stroke: string
  /** Path of the surface below it. */
  surface: string
  /** Known values between unknown ones, which have no line. */
  dots: ChartPoint[]
  /** One for each period; null if unknown. */
  heights: (number | null)[]
}

export interface ChartPoint {
  x: number
  y: number
}

/** Seats bought, held and active at the end of each period. */
export function planSeatChart(periods: readonly UsagePeriod[], today: Day, plot: Plot): SeatChart {
  const scales = makeScales(periods, today, plot)
  const { x, y } = scales
  return {
    seatTicks: y
      .ticks(5)
      .filter(Number.isInteger)
      .map((seats) => ({ seats, y: y(seats) })),
    dayTicks: listDays(x.ticks(7), plot).map(({ day, label }) => ({ label, x: x(new Date(day)) })),
    places: periods.map(({ from }) => x(new Date(from))),
    series: seriesNames.map((name) => planSeries(name, periods, scales, plot.bottom)),
  }
}

function makeScales(periods: readonly UsagePeriod[], today: Day, plot: Plot) {
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

const monthWidth = 54
const dayWidth = 78

/** As many as have room for their labels. */
function listDays(ticks: readonly Date[], { left, right }: Plot): { day: Day; label: string }[] {
  const instants = ticks.map((tick) => tick.toISOString())
  const days = instants.filter((instant) => instant.endsWith('T00:00:00.000Z')).map(dayOf)
  const areMonths = days.every((day) => day.endsWith('-01'))
  const room = (right - left) / (areMonths ? monthWidth : dayWidth)
  const step = Math.ceil(days.length / room)
  return days
    .filter((_, index) => index % step === 0)
    .map((day) => ({ day, label: areMonths ? day.slice(0, 7) : day }))
}

interface Point {
  day: Day
  value: number | null
}

function planSeries(
  name: SeriesName,
  periods: readonly UsagePeriod[],
  { x, y }: Scales,
  bottom: number,
): SeriesShape {
  const points = periods.map((period): Point => ({ day: period.from, value: period[name] }))
  const isKnown = ({ value }: Point) => value !== null
  const atX = ({ day }: Point) => x(new Date(day))
  const atY = ({ value }: Point) => y(value ?? 0)
  return {
    name,
    stroke: line<Point>(atX, atY).defined(isKnown).digits(1)(points) ?? '',
    surface: area<Point>(atX, bottom, atY).defined(isKnown).digits(1)(points) ?? '',
    dots: listAlone(points).map((point) => ({ x: atX(point), y: atY(point) })),
    heights: points.map(({ value }) => (value === null ? null : y(value))),
  }
}

function listAlone(points: readonly Point[]): Point[] {
  const isKnown = (index: number) => (points[index]?.value ?? null) !== null
  return points.filter((_, index) => isKnown(index) && !isKnown(index - 1) && !isKnown(index + 1))
}
