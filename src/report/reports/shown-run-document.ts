import type { RecordedRun, RunState } from '../../domain/recorded-run.ts'
import type { RunReport } from '../../domain/run.ts'
import type { ReportDocument } from '../report-document.ts'
import { toCallerRow, toRunFactRow } from './recorded-run-row.ts'
import { resultColumns } from './result-row.ts'
import { createRunDocument } from './run-document.ts'
import { writeRunFacts } from './run-facts.ts'
import { writeRunTable } from './run-table.ts'

/** The keys of the document that the run printed itself, and more facts. `report` is null for an unfinished run. */
export function createShownRunDocument(
  run: RecordedRun,
  state: RunState,
  report: RunReport | null,
): ReportDocument {
  const facts = { ...toRunFactRow(run, state), dry_run: false, ...toCallerRow(run) }
  if (report === null)
    return {
      head: { run: facts, summary: null },
      rowsKey: 'results',
      columns: resultColumns,
      readRows: () => [],
      writeTable: (page) => writeRunFacts(run, state, page),
    }
  const document = createRunDocument(report)
  return {
    ...document,
    head: { ...document.head, run: facts },
    writeTable: async (page) => {
      await writeRunFacts(run, state, page)
      await page.output.write('\n')
      await writeRunTable(report, 'whole', page)
    },
  }
}
