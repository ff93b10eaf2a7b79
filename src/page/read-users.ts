import { addDays, dayOf } from '../domain/day.ts'
import { formatJson } from '../report/formats/format-json.ts'
import { mapRows } from '../report/report-document.ts'
import {
  linkedUserColumns,
  listedUserColumns,
  toLinkedUserRow,
  toListedUserRow,
} from '../report/reports/listed-user-row.ts'
import { choosePurchaseToShow } from '../seats/choose-purchase.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { SeatTableList, SeatTablePage } from '../store/seat-table.ts'
import type { PageContext } from './page-context.ts'
import type { UsersQuery } from './users-query.ts'

/** A page of the table, with the keys of `list --all`. */
export function readUsers(context: PageContext, query: UsersQuery): Promise<string> {
  return formatUsers(context, context.table.read(openUsers(context, query), query.offset, query.limit))
}

export function formatUsers({ store }: PageContext, { total, users }: SeatTablePage): Promise<string> {
  const linked = store.links.isLinked()
  return formatJson({
    head: { total },
    rowsKey: 'users',
    columns: linked ? linkedUserColumns : listedUserColumns,
    readRows: () => mapRows(users, linked ? toLinkedUserRow : toListedUserRow),
    writeTable: async () => {},
  })
}

/** The ids of the whole list. */
export async function readUserIds(context: PageContext, query: UsersQuery): Promise<string> {
  const ids = context.table.readIds(openUsers(context, query))
  return `${JSON.stringify({ schema: 1, total: ids.length, user_ids: ids })}\n`
}

export function openUsers({ store, session }: PageContext, query: UsersQuery): SeatTableList {
  const { offering } = requireSubscription(store)
  const today = dayOf(session.readClock())
  const purchases = store.addOnPurchases.listKnown()
  const purchase = purchases.length === 0 ? null : choosePurchaseToShow(purchases, query.add_on, today)
  return {
    // Without a purchase, users have no seats.
    addOnPurchaseId: purchase?.id ?? 0,
    offering,
    filter: query.seat,
    idleLimit: addDays(today, -query.days),
    search: query.search || null,
    sort: query.sort,
    isReversed: query.reverse === '1',
  }
}
