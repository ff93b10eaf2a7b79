import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Api } from '../api.ts'
import { ConnectionBanner } from '../frame/connection-banner.tsx'
import { NoticeList } from '../frame/notice-list.tsx'
import { useNotices } from '../frame/notices.ts'
import { StoreContext } from '../frame/store-context.ts'
import { StoreHeader } from '../frame/store-header.tsx'
import { useAddress } from '../frame/use-address.ts'
import { useStore } from '../frame/use-store.ts'
import { useWork } from '../frame/use-work.ts'
import { ViewLinks } from '../frame/view-links.tsx'
import type { ViewProps } from '../frame/view-props.ts'
import { HistoryView } from '../history/history-view.tsx'
import { ListView } from '../list/list-view.tsx'
import { orderUndo } from '../plan/order-undo.ts'
import { PlanDialog } from '../plan/plan-dialog.tsx'
import type { PlanOrder } from '../plan-order.ts'
import { SeatsView } from '../seats/seats-view.tsx'
import { UsageView } from '../usage/usage-view.tsx'
import { type ViewName, viewTitles } from '../view-address.ts'

const views: Record<ViewName, ComponentType<ViewProps>> = {
  seats: SeatsView,
  list: ListView,
  usage: UsageView,
  history: HistoryView,
}

interface PageFrameProps {
  api: Api
}

/** Store state, messages and the dialog of a plan, for every view. */
export function PageFrame({ api }: PageFrameProps) {
  const [address, changeQuery] = useAddress()
  const notices = useNotices()
  const store = useStore(api)
  const work = useWork(api, notices, store)
  const [order, openPlan] = useState<PlanOrder | null>(null)
  const View = views[address.view]
  const title = viewTitles[address.view]
  useEffect(() => {
    document.title = `${title} · duo-seats`
    scrollTo({ top: 0 })
  }, [title])
  return (
    <StoreContext.Provider value={store}>
      <ConnectionBanner
        connection={store.connection}
        problem={store.failure}
        startCommand={store.status?.start_command ?? null}
      />
      <StoreHeader store={store} onSync={work.sync} />
      <ViewLinks address={address} />
      <NoticeList notices={notices} onUndo={work.undo} />
      <main aria-label={title} tabIndex={-1}>
        {(store.status !== null || store.failure === null) && (
          <View {...{ api, store, notices, changeQuery, openPlan }} query={address.query} />
        )}
      </main>
      {order !== null && (
        <PlanDialog
          key={order.title}
          order={order}
          addOns={store.status?.add_ons ?? []}
          progress={store.progress}
          onUndo={(runId) => openPlan(orderUndo(api, runId))}
          onClose={() => openPlan((shown) => (shown === order ? null : shown))}
        />
      )}
    </StoreContext.Provider>
  )
}
