import { useMemo } from 'preact/hooks'
import { addOns } from '../../../domain/add-on.ts'
import { FailureNote } from '../frame/failure-note.tsx'
import type { ViewProps } from '../frame/view-props.ts'
import { AddOnCards } from '../seats/add-on-cards.tsx'
import { useDocument } from '../use-document.ts'
import { LastUseTable } from './last-use-table.tsx'
import { orderReclaim } from './order-reclaim.ts'
import { PeriodTable } from './period-table.tsx'
import { ReclaimPanel } from './reclaim-panel.tsx'
import { SeatsChart } from './seats-chart.tsx'
import type { ReclaimableDocument, UsageDocument } from './usage-documents.ts'
import { UsageFields } from './usage-fields.tsx'
import { formatUsageQuery, formatUsageRequest, parseUsageQuery, type UsageQuery } from './usage-query.ts'

export function UsageView({ api, store, query, changeQuery, openPlan }: ViewProps) {
  const { status, isReady, version } = store
  const view = useMemo(() => parseUsageQuery(query), [query])
  const onView = (change: Partial<UsageQuery>) =>
    changeQuery((old) => formatUsageQuery({ ...parseUsageQuery(old), ...change }))
  const rows = status?.add_ons ?? null
  const chosen = rows?.find(({ add_on }) => add_on === view.addOn) ?? rows?.[0] ?? null
  const addOn = chosen?.add_on ?? null
  const usage = useDocument<UsageDocument>(api, addOn && `usage?${formatUsageRequest(addOn, view)}`, version)
  const reclaimable = useDocument<ReclaimableDocument>(api, addOn && `reclaimable?add_on=${addOn}`, version)
  const failure = usage.failure ?? reclaimable.failure
  const isReadOnly = status?.read_only ?? false
  const isLocked = isReadOnly || !isReady || chosen?.state !== 'active'
  const onPlan = (days: number) => {
    if (addOn === null) return
    const order = { inactive_for_days: days, include_never_active: view.isNeverIncluded }
    openPlan(orderReclaim(api, { command: 'reclaim', add_on: addOn, ...order }))
  }
  return (
    <>
      <AddOnCards rows={rows} chosen={addOn} onChoose={(next) => onView({ addOn: next })} />
      {failure !== null && <FailureNote failure={failure} />}
      {addOn !== null && failure === null && (
        <div class="usage">
          <section class="panel usage-time" aria-label="Seats over time" aria-busy={usage.isReloading}>
            <div class="panel-head">
              <h2>Seats over time</h2>
              <UsageFields view={view} today={status?.today ?? ''} onView={onView} />
            </div>
            {usage.document === null ? (
              <div class="panel-loading" />
            ) : (
              <>
                <SeatsChart
                  usage={usage.document}
                  title={addOns[addOn].product}
                  today={status?.today ?? ''}
                />
                <PeriodTable usage={usage.document} />
              </>
            )}
          </section>
          <section class="panel" aria-label="Last use" aria-busy={usage.isReloading}>
            <h2>Last use</h2>
            {usage.document === null ? (
              <div class="panel-loading panel-loading-low" />
            ) : (
              <LastUseTable usage={usage.document} />
            )}
          </section>
          <section class="panel" aria-label="Idle seats" aria-busy={reclaimable.isReloading}>
            <h2>Idle seats</h2>
            {usage.document !== null && reclaimable.document !== null && (
              <ReclaimPanel
                view={view}
                reclaimable={reclaimable.document}
                holders={usage.document.holders}
                isLocked={isLocked}
                isReadOnly={isReadOnly}
                onView={onView}
                onPlan={onPlan}
              />
            )}
          </section>
        </div>
      )}
    </>
  )
}
