import { formatSeats, seriesLabels, seriesNames } from '../../../chart/seat-series.ts'
import type { PeriodName, UsagePeriod } from '../../../domain/usage-periods.ts'
import { namePeriod, periodTitles } from './describe-period.ts'

interface ChartLegendProps {
  period: UsagePeriod
  by: PeriodName
}

/** Names the lines, with the values of one period. */
export function ChartLegend({ period, by }: ChartLegendProps) {
  return (
    <dl class="numbers chart-legend">
      <div class="chart-period">
        <dt>{periodTitles[by]}</dt>
        <dd>{namePeriod(period, by)}</dd>
      </div>
      {seriesNames.map((name) => (
        <div key={name}>
          <dt>
            <span class={`swatch swatch-${name}`} /> {seriesLabels[name]}
          </dt>
          <dd>{formatSeats(period[name])}</dd>
        </div>
      ))}
    </dl>
  )
}
