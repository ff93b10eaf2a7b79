import { useMemo, useRef } from 'preact/hooks'
import { planIdleCurve } from '../../../chart/plan-idle-curve.ts'
import { useWidth } from '../use-width.ts'

interface IdleCurveProps {
  /** Seats without use for 1, 2, 3 … days. */
  counts: readonly number[]
  days: number
}

const height = 56

/** Half of the thumb of the slider below it, in pixels. */
const thumb = 8

/** Only for the eye: the slider has the same numbers. */
export function IdleCurve({ counts, days }: IdleCurveProps) {
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const curve = useMemo(
    () => planIdleCurve(counts, { left: thumb, right: width - thumb, top: 6, bottom: height }),
    [counts, width],
  )
  const { x, y } = curve.locate(days)
  return (
    <div ref={frame} class="idle-curve" style={{ height: `${height}px` }}>
      <svg width={width} height={height} aria-hidden="true">
        <path class="idle-surface" d={curve.surface} />
        <path class="idle-line" d={`M${x},${height}V${y}`} />
        <circle class="idle-dot" cx={x} cy={y} r="4" />
      </svg>
    </div>
  )
}
