import { readUsageReport } from '../history/read-usage-report.ts'
import { formatJson } from '../report/formats/format-json.ts'
import { createUsageDocument } from '../report/reports/usage-document.ts'
import type { PageContext } from './page-context.ts'
import type { UsageQuery } from './usage-query.ts'

/** The document of `usage`. */
export function readUsage({ store, table, session }: PageContext, query: UsageQuery): Promise<string> {
  const { add_on: addOn, by, since } = query
  const options = { addOn, by, since: since?.since ?? null }
  const report = store.readAtOnce(() =>
    readUsageReport(store, options, session.readClock(), (addOnPurchaseId, offering) =>
      table.readHolders(addOnPurchaseId, offering),
    ),
  )
  return formatJson(createUsageDocument(report))
}
