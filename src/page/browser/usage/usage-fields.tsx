import type { Day } from '../../../domain/day.ts'
import { isDay } from '../../../domain/day.ts'
import { type PeriodName, periodNames } from '../../../domain/usage-periods.ts'
import { periodTitles } from './describe-period.ts'
import type { UsageQuery } from './usage-query.ts'

interface UsageFieldsProps {
  view: UsageQuery
  today: Day
  onView(change: Partial<UsageQuery>): void
}

export function UsageFields({ view, today, onView }: UsageFieldsProps) {
  return (
    <div class="filters">
      <label class="field">
        <span>By</span>
        <select value={view.by} onChange={(event) => onView({ by: event.currentTarget.value as PeriodName })}>
          {periodNames.map((name) => (
            <option key={name} value={name}>
              {periodTitles[name]}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Since (UTC)</span>
        <input
          type="date"
          max={today}
          value={view.since ?? ''}
          onChange={(event) => {
            const { value } = event.currentTarget
            onView({ since: isDay(value) ? value : null })
          }}
        />
      </label>
    </div>
  )
}
