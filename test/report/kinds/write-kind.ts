import type { RunReport } from '../../../src/domain/run.ts'
import { type ReportKind, writeReport } from '../../../src/report/kinds/report-kinds.ts'
import { print } from '../collected-page.ts'

/** @param listPath null: a run without a file */
export function writeKind(
  kind: ReportKind,
  report: RunReport,
  listPath: string | null = 'team.csv',
): Promise<string> {
  return print(({ output }) => writeReport(kind, output, report, listPath))
}
