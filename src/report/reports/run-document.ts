import type { RunReport } from '../../domain/run.ts'
import { mapRows, type ReportDocument } from '../report-document.ts'
import { explainRefusal } from './explain-refusal.ts'
import { linkedResultColumns, resultColumns, toLinkedResultRow, toResultRow } from './result-row.ts'
import { writeRunTable } from './run-table.ts'
import type { RunView } from './run-view.ts'

export function createRunDocument(report: RunReport, view: RunView = 'whole'): ReportDocument {
  const { run, summary } = report
  const toRow = run.linked ? toLinkedResultRow : toResultRow
  return {
    head: {
      run: {
        id: run.id,
        command: run.command,
        add_on: run.addOn,
        dry_run: run.dryRun,
        started_at: run.startedAt,
        finished_at: run.finishedAt,
      },
      summary: {
        rows: summary.rows,
        outcomes: summary.outcomes,
        needed: summary.needed,
        removals: summary.removals,
        free_before: summary.freeBefore,
        free_after: summary.freeAfter,
        short: summary.short,
      },
      recorded_only: !run.linked,
      ...(run.syncedAt !== null && { synced_at: run.syncedAt }),
      ...describeRefusal(report),
    },
    rowsKey: 'results',
    columns: run.linked ? linkedResultColumns : resultColumns,
    readRows: () => mapRows(report.readResults(), (result) => toRow(result, run)),
    writeTable: (page) => writeRunTable(report, view, page),
  }
}

/** Rows of a refused dry run show the plan, as if the run were not refused. */
function describeRefusal(report: RunReport): object {
  const refused = explainRefusal(report)
  if (refused === null) return {}
  return { refusal: { code: report.summary.refusal, message: refused.sentence, hint: refused.hint } }
}
