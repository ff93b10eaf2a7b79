import { useLayoutEffect, useState } from 'preact/hooks'
import { countWords, formatCount } from '../../../domain/count-words.ts'
import { explainLastUse, ineligibleIncluded } from '../../../domain/last-use.ts'
import { mostReclaimDays } from '../../../domain/reclaim-counts.ts'
import { IdleCurve } from './idle-curve.tsx'
import { hasActivity } from './last-use-table.tsx'
import type { ReclaimableDocument, UsageDocument } from './usage-documents.ts'
import { parseDays, type UsageQuery } from './usage-query.ts'

interface ReclaimPanelProps {
  view: UsageQuery
  reclaimable: ReclaimableDocument
  holders: UsageDocument['holders']
  isLocked: boolean
  isReadOnly: boolean
  onView(change: Partial<UsageQuery>): void
  onPlan(days: number): void
}

/** The number of seats follows each move; the address follows once the slider rests. An effect that comes late would undo a move. */
export function ReclaimPanel(props: ReclaimPanelProps) {
  const { view, reclaimable, holders, onView } = props
  const [days, setDays] = useState(view.days)
  useLayoutEffect(() => setDays(view.days), [view.days])
  const counts = view.isNeverIncluded ? reclaimable.including_never_active : reclaimable.with_recorded_use
  if (counts === null) return <p>The purchase is not active, so no seat can be taken.</p>
  return (
    <div class="reclaim">
      <DaysFields days={days} counts={counts} onDays={setDays} onSettle={(next) => onView({ days: next })} />
      <label class="reclaim-never">
        <input
          type="checkbox"
          checked={view.isNeverIncluded}
          onChange={(event) => onView({ isNeverIncluded: event.currentTarget.checked })}
        />
        <span>
          Include old seats without any recorded use{' '}
          <span class="text-weak">
            ({countWords(holders.without_recorded_use ?? 0, 'holder')} without recorded use)
          </span>
        </span>
      </label>
      {!hasActivity(holders) && <p>{explainLastUse(false, 0)}</p>}
      <TakeSeats {...props} days={days} count={counts[days - 1] ?? 0} />
    </div>
  )
}

interface DaysFieldsProps {
  days: number
  counts: readonly number[]
  onDays(days: number): void
  onSettle(days: number): void
}

function DaysFields({ days, counts, onDays, onSettle }: DaysFieldsProps) {
  const seats = countWords(counts[days - 1] ?? 0, 'seat')
  return (
    <div class="reclaim-days">
      <div class="reclaim-slider">
        <IdleCurve counts={counts} days={days} />
        <input
          type="range"
          aria-label="Days without use"
          aria-valuetext={`${countWords(days, 'day')}: ${seats}`}
          min="1"
          max={mostReclaimDays}
          value={days}
          onInput={(event) => onDays(event.currentTarget.valueAsNumber)}
          onChange={(event) => onSettle(event.currentTarget.valueAsNumber)}
        />
      </div>
      <label class="field reclaim-number">
        <span>Days (1 to {mostReclaimDays})</span>
        <input
          type="number"
          min="1"
          max={mostReclaimDays}
          value={days}
          onInput={(event) => onDays(parseDays(event.currentTarget.value) ?? days)}
          onChange={(event) => onSettle(parseDays(event.currentTarget.value) ?? days)}
          // A number out of range is not kept.
          onBlur={(event) => {
            event.currentTarget.value = String(days)
          }}
        />
      </label>
    </div>
  )
}

interface TakeSeatsProps extends ReclaimPanelProps {
  days: number
  count: number
}

function TakeSeats({ holders, days, count, isLocked, isReadOnly, onPlan }: TakeSeatsProps) {
  const isPossible = count > 0 && !isLocked
  return (
    <div class="reclaim-outcome">
      <p>
        <strong>{formatCount(count)}</strong> of {countWords(holders.held ?? 0, 'seat')} would be taken.
        {(holders.not_eligible ?? 0) > 0 && ` ${ineligibleIncluded}`}
      </p>
      {!isReadOnly && (
        <button
          type="button"
          class="button"
          aria-disabled={!isPossible}
          onClick={() => isPossible && onPlan(days)}
        >
          Take {countWords(count, 'seat')} …
          <span class="visually-hidden"> without use for {countWords(days, 'day')}</span>
        </button>
      )}
    </div>
  )
}
