import type { Api } from '../api.ts'
import type { PlanOrder } from '../plan-order.ts'
import type { Notices } from './notices.ts'
import type { ChangeQuery } from './use-address.ts'
import type { StoreState } from './use-store.ts'

/** All that a view gets from the frame around it. */
export interface ViewProps {
  api: Api
  store: StoreState
  notices: Notices
  /** The state of the view in the address. */
  query: string
  changeQuery: ChangeQuery
  /** Shows the plan in a dialog, and carries it out once the user agrees. */
  openPlan(order: PlanOrder): void
}
