import { useMemo, useRef, useState } from 'preact/hooks'
import { type Plot, planSeatChart, type SeatChart } from '../../../chart/plan-seat-chart.ts'
import { axisLabels } from '../../../chart/seat-series.ts'
import { formatCount } from '../../../domain/count-words.ts'
import type { Day } from '../../../domain/day.ts'
import { useWidth } from '../use-width.ts'
import { ChartLegend } from './chart-legend.tsx'
import { describePeriod, periodTitles } from './describe-period.ts'
import type { UsageDocument } from './usage-documents.ts'

interface SeatsChartProps {
  usage: UsageDocument
  title: string
  today: Day
}

const height = 280

function makePlot(width: number): Plot {
  return { left: 56, right: Math.max(width - 40, 57), top: 12, bottom: height - 28 }
}

/**
 * Preact draws what d3-scale and d3-shape compute: so texts stay texts, and colours follow the scheme. A library that draws
 * itself would add a canvas without texts (uPlot, Chart.js), or all of d3 (Observable Plot).
 */
export function SeatsChart({ usage: { periods, by }, title, today }: SeatsChartProps) {
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const [pointed, setPointed] = useState<number | null>(null)
  const chart = useMemo(() => planSeatChart(periods, today, makePlot(width)), [periods, today, width])
  const last = periods.length - 1
  const index = Math.min(pointed ?? last, last)
  const period = periods[index]
  if (period === undefined) return <p class="text-weak">No period is known.</p>
  return (
    <figure class="chart">
      <ChartLegend period={period} by={by} />
      <div ref={frame} class="chart-frame" style={{ height: `${height}px` }}>
        <svg
          role="img"
          aria-label={`${title}: seats by ${by}, ${periods[0]?.from} to ${periods.at(-1)?.to}`}
          width={width}
          height={height}
        >
          <Axes chart={chart} plot={makePlot(width)} />
          <Series chart={chart} />
          <Pointer chart={chart} plot={makePlot(width)} index={index} />
        </svg>
        <Scrubber
          chart={chart}
          index={index}
          label={periodTitles[by]}
          text={describePeriod(period, by)}
          onIndex={setPointed}
        />
      </div>
      <figcaption class="text-weak">{axisLabels[by]}</figcaption>
    </figure>
  )
}

interface DrawnProps {
  chart: SeatChart
  plot: Plot
}

function Axes({ chart: { seatTicks, dayTicks }, plot: { left, right, bottom } }: DrawnProps) {
  return (
    <g class="chart-axes">
      {seatTicks.map(({ seats, y }) => (
        <g key={seats}>
          <path d={`M${left},${y}H${right}`} />
          <text x={left - 8} y={y + 4} text-anchor="end">
            {formatCount(seats)}
          </text>
        </g>
      ))}
      {dayTicks.map(({ label, x }) => (
        <g key={label}>
          <path d={`M${x},${bottom}v6`} />
          <text x={x} y={bottom + 22} text-anchor="middle">
            {label}
          </text>
        </g>
      ))}
    </g>
  )
}

function Series({ chart: { series } }: Pick<DrawnProps, 'chart'>) {
  return (
    <>
      {series.map(({ name, stroke, surface, dots }) => (
        <g key={name} class={`series series-${name}`}>
          {name === 'held' && <path class="series-surface" d={surface} />}
          <path class="series-line" d={stroke} />
          {dots.map(({ x, y }) => (
            <circle key={x} class="series-dot" cx={x} cy={y} r="3" />
          ))}
        </g>
      ))}
    </>
  )
}

/** The period whose values the legend shows. */
function Pointer({ chart: { places, series }, plot, index }: DrawnProps & { index: number }) {
  const x = places[index] ?? 0
  return (
    <g class="chart-pointer">
      <path d={`M${x},${plot.top}V${plot.bottom}`} />
      {series.map(({ name, heights }) => {
        const y = heights[index] ?? null
        return y !== null && <circle key={name} class={`series-dot series-${name}`} cx={x} cy={y} r="4.5" />
      })}
    </g>
  )
}

/** Half of the thumb, in pixels: it reaches beyond both ends of its way. */
const thumb = 8

interface ScrubberProps {
  chart: SeatChart
  index: number
  label: string
  text: string
  /** Null: the last one. */
  onIndex(index: number | null): void
}

/** Lies over the lines: arrow keys, pointer and touch choose a period. */
function Scrubber({ chart: { places }, index, label, text, onIndex }: ScrubberProps) {
  const [first = 0, last = first] = [places[0], places.at(-1)]
  if (places.length < 2) return null
  return (
    <input
      type="range"
      class="chart-scrubber"
      aria-label={label}
      aria-valuetext={text}
      min="0"
      max={places.length - 1}
      value={index}
      style={{ left: `${first - thumb}px`, width: `${last - first + 2 * thumb}px` }}
      onInput={(event) => onIndex(event.currentTarget.valueAsNumber)}
      onPointerMove={(event) => {
        const { left } = event.currentTarget.getBoundingClientRect()
        onIndex(findNearest(places, event.clientX - left + first - thumb))
      }}
      onPointerLeave={(event) => {
        if (document.activeElement !== event.currentTarget) onIndex(null)
      }}
      onBlur={() => onIndex(null)}
    />
  )
}

function findNearest(places: readonly number[], x: number): number {
  return places.reduce(
    (nearest, place, index) => (Math.abs(place - x) < Math.abs((places[nearest] ?? 0) - x) ? index : nearest),
    0,
  )
}
