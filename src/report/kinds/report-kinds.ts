import type { RunReport } from '../../domain/run.ts'
import { pickPlan } from '../reports/run-table.ts'
import type { TextOutput } from '../text-output.ts'

/** @param listPath the path of the list in the repository, with `/`; null without a file */
type WriteReport = (output: TextOutput, report: RunReport, listPath: string | null) => Promise<void>

/** The key is typed before the `=` of `--report`. A kind is one file and one row. */
const reportKinds = {
  codequality: async () => (await import('./write-code-quality.ts')).writeCodeQuality,
  junit: async () => (await import('./write-junit.ts')).writeJunit,
  markdown: async () => (await import('./write-markdown.ts')).writeMarkdown,
} as const satisfies Record<string, () => Promise<WriteReport>>

export type ReportKind = keyof typeof reportKinds

export const reportKindNames = Object.keys(reportKinds) as ReportKind[]

export function isReportKind(name: string): name is ReportKind {
  return Object.hasOwn(reportKinds, name)
}

/** A refused run is written as its plan if the table shows that. */
export async function writeReport(
  kind: ReportKind,
  output: TextOutput,
  report: RunReport,
  listPath: string | null,
): Promise<void> {
  const write = await reportKinds[kind]()
  await write(output, pickPlan(report), listPath)
  await output.end()
}
