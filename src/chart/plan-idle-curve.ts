import { scaleLinear } from 'd3-scale'
import { area, curveStepBefore } from 'd3-shape'
import type { ChartPoint, Plot } from './plan-seat-chart.ts'

export interface IdleCurve {
  /** Path of the surface below the curve. */
  surface: string
  /** The place of a number of days. */
  locate(days: number): ChartPoint
}

/** @param counts of seats without use for 1, 2, 3 … days */
export function planIdleCurve(counts: readonly number[], { left, right, top, bottom }: Plot): IdleCurve {
  const x = scaleLinear([1, Math.max(counts.length, 2)], [left, right])
  const y = scaleLinear([0, Math.max(1, ...counts)], [bottom, top])
  const draw = area<number>(
    (_, index) => x(index + 1),
    bottom,
    (count) => y(count),
  )
  return {
    surface: draw.curve(curveStepBefore).digits(1)(counts) ?? '',
    locate: (days) => ({ x: x(days), y: y(counts[days - 1] ?? 0) }),
  }
}
