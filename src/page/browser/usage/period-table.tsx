import { useState } from 'preact/hooks'
import { formatSeats, seriesLabels, seriesNames } from '../../../chart/seat-series.ts'
import { namePeriod, periodTitles } from './describe-period.ts'
import type { UsageDocument } from './usage-documents.ts'

interface PeriodTableProps {
  usage: UsageDocument
}

/** The values of the chart. Years of days are many rows, so they are made once they are wanted. */
export function PeriodTable({ usage: { periods, by } }: PeriodTableProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details class="chart-values" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Values as a table</summary>
      {isOpen && (
        <div class="chart-table" tabIndex={0} role="region" aria-label="Values of the chart">
          <table class="facts">
            <thead>
              <tr>
                <th scope="col">{periodTitles[by]}</th>
                {seriesNames.map((name) => (
                  <th key={name} scope="col" class="number">
                    {seriesLabels[name]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {periods.map((period) => (
                <tr key={period.from}>
                  <th scope="row">{namePeriod(period, by)}</th>
                  {seriesNames.map((name) => (
                    <td key={name} class="number">
                      {formatSeats(period[name])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  )
}
