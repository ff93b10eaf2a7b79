import { groupRows } from '../group-rows.ts'
import type { Page } from '../page.ts'
import type { ReportDocument } from '../report-document.ts'
import { loadCsvFormatter } from './format-csv.ts'

export async function writeCsv(document: ReportDocument, { output }: Page): Promise<void> {
  const formatCsv = await loadCsvFormatter(',')
  await output.write(formatCsv([document.columns]))
  for (const rows of groupRows(document.readRows()))
    await output.write(formatCsv(rows.map((row) => document.columns.map((column) => row[column] ?? null))))
}
