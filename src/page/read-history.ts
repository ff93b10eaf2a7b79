import { listHistory } from '../history/list-history.ts'
import { formatJson } from '../report/formats/format-json.ts'
import { createHistoryDocument } from '../report/reports/history-document.ts'
import type { HistoryQuery } from './history-query.ts'
import type { PageContext } from './page-context.ts'
import { takePage } from './page-rows.ts'
import { requirePastUser } from './require-past-user.ts'

/** The document of `history`; `next` is `before` of the next page. */
export function readHistory({ store }: PageContext, query: HistoryQuery): Promise<string> {
  const { user, since, until, add_on, change, by, before, limit } = query
  requirePastUser(store, user)
  const list = listHistory(store, {
    user,
    since: since?.since ?? null,
    until: until?.until ?? null,
    addOn: add_on,
    changes: change,
    byRun: by === null ? null : by === 'run',
    before,
    limit: limit + 1,
  })
  const { rows, next } = takePage(list.readEvents(), limit, (event) => event.number)
  const document = createHistoryDocument({ ...list, readEvents: () => rows })
  return formatJson({ ...document, head: { ...document.head, next } })
}
