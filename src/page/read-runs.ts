import { formatJson } from '../report/formats/format-json.ts'
import { createRunListDocument } from '../report/reports/run-list-document.ts'
import { listRuns } from '../runs/list-runs.ts'
import type { RunsQuery } from './history-query.ts'
import { isAtWork } from './is-at-work.ts'
import type { PageContext } from './page-context.ts'
import { takePage } from './page-rows.ts'
import { requirePastUser } from './require-past-user.ts'

/** The document of `runs`; `next` is `before` of the next page. */
export function readRuns(context: PageContext, query: RunsQuery): Promise<string> {
  const { since, until, limit, ...filter } = query
  requirePastUser(context.store, filter.user)
  const options = {
    ...filter,
    since: since?.since ?? null,
    until: until?.until ?? null,
    limit: limit + 1,
  }
  const list = listRuns(context.store, options, (run) => isAtWork(run, context))
  const { rows, next } = takePage(list.readRuns(), limit, ({ run }) => run.id)
  const document = createRunListDocument({ ...list, readRuns: () => rows })
  return formatJson({ ...document, head: { ...document.head, next } })
}
