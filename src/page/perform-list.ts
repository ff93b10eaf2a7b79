import type { Result } from '../domain/result.ts'
import type { RunReport } from '../domain/run.ts'
import type { WorkEvent } from '../domain/work-event.ts'
import { UserError } from '../errors.ts'
import { type CsvSource, readCsvSource } from '../input/csv/csv-source.ts'
import { proposeForUnknown } from '../input/csv/ignored-column.ts'
import { settleRows } from '../input/csv/settle-rows.ts'
import { settleList } from '../orders/settle-list.ts'
import { collectText } from '../report/collect-text.ts'
import { describeEvent } from '../report/describe-event.ts'
import { doubtRemovals } from '../report/reports/explain-refusal.ts'
import { writeList } from '../report/reports/list-file.ts'
import { type RejectedRow, writeRejects } from '../report/reports/rejects-file.ts'
import { showRun } from '../runs/show-run.ts'
import type { Store } from '../store/store.ts'
import type { ListFileDocument } from './documents.ts'
import { isAtWork } from './is-at-work.ts'
import {
  type ListReading,
  type ListRunBody,
  orderListRun,
  type RejectsBody,
  type SettledBody,
  toListChoices,
} from './list-body.ts'
import type { PageContext } from './page-context.ts'
import { performOrder, previewOrder } from './perform-run.ts'
import { readLong } from './read-long.ts'

/** @returns the document of the run, with the notes that a command line prints beside it */
export function performListRun(context: PageContext, id: string, body: ListRunBody): Promise<string> {
  return useList(context, id, body, (source) => {
    const choices = toListChoices(body)
    const list = settleList(source, choices)
    const notes: string[] = []
    const tell = (event: WorkEvent) => {
      const { manner, text } = describeEvent(event)
      if ((manner === 'note' || manner === 'warning') && event.kind !== 'retry') notes.push(text)
    }
    const describe = (report: RunReport) => ({
      notes: [
        ...new Set(notes),
        doubtRemovals(report) ?? [],
        proposeForUnknown(source.ignoredColumns, report.summary) ?? [],
      ].flat(),
    })
    const isKept = ({ line }: Result) => line !== null && choices.settled.has(line)
    const watched = { makeOrder: () => orderListRun(body, list), tell, describe, isKept }
    return performOrder(context, watched, body.agreed_removals)
  })
}

/** @returns the list in which settled rows name their users */
export function formatSettled(context: PageContext, id: string, body: SettledBody): Promise<string> {
  return useList(context, id, body, async (source) => {
    const { delimiter, hasBom } = source
    const settled = settleSource(context, source, body)
    const text = await collectText((output) => writeList(output, { ...settled, delimiter, hasBom }))
    return formatFile({ name: nameFile(source, 'settled'), text })
  })
}

/** @returns what `--rejects` writes, with settled rows and those that were left out */
export function formatRejects(context: PageContext, id: string, body: RejectsBody): Promise<string> {
  return useList(context, id, body, async (source) => {
    const format = (report: RunReport) => formatRejectsOf(context, source, body, report)
    const { run_id: runId } = body
    if (runId !== null) {
      const sha256 = await hashList(source)
      return readLong(context, (store) => format(requireReport(context, store, { runId, sha256 })))
    }
    const list = settleList(source, toListChoices(body))
    return previewOrder(context, () => orderListRun({ ...body, dry_run: true }, list), format)
  })
}

async function formatRejectsOf(
  context: PageContext,
  source: CsvSource,
  body: RejectsBody,
  report: RunReport,
): Promise<string> {
  const { delimiter, hasBom } = source
  const settled = settleSource(context, source, { ...body, left_out: [] })
  const rejects = report.readRejects()
  const leftOut = listLeftOut(body)
  const text = await collectText((output) =>
    writeRejects(output, { ...report.run, ...settled, delimiter, hasBom, rejects, leftOut }),
  )
  return formatFile({ name: nameFile(source, 'rejects'), text })
}

/** Lines ascending. */
function listLeftOut({ left_out, left_out_rows }: RejectsBody): RejectedRow[] {
  return left_out_rows
    .filter(({ line }) => left_out.includes(line))
    .map((row) => ({ ...row, message: `Left out on the page. ${row.message}` }))
    .sort((one, other) => one.line - other.line)
}

/** The hash is known after a complete reading. */
async function hashList(source: CsvSource): Promise<string | null> {
  for await (const _ of source.readBatches());
  return source.file.sha256
}

function requireReport(
  context: PageContext,
  store: Store,
  { runId, sha256 }: { runId: number; sha256: string | null },
): RunReport {
  const { run, report } = showRun(store, runId, (one) => isAtWork(one, context))
  if (report === null)
    throw new UserError(
      'usage',
      `Run ${runId} has not finished.`,
      'Ask for its rejects once it has finished.',
    )
  if (run.sourceSha256 === sha256) return report
  throw new UserError('usage', `Run ${runId} is a run of another list.`, 'Name a run of this list.')
}

function useList<T>(
  { lists }: PageContext,
  id: string,
  reading: ListReading,
  work: (source: CsvSource) => Promise<T>,
): Promise<T> {
  const { columns, header, encoding, delimiter } = reading
  return lists.use(id, async (file) =>
    work(await readCsvSource(file, { columns, header, encoding, delimiter })),
  )
}

function settleSource({ store }: PageContext, source: CsvSource, body: SettledBody) {
  const choices = toListChoices(body)
  const users = store.users.listNamed([...choices.settled.values()])
  return settleRows(source, choices, new Map(users.map(({ userId, username }) => [userId, username])))
}

/** `people.csv` becomes `people-settled.csv`. */
function nameFile({ file }: CsvSource, kind: string): string {
  const stem = file.name.replace(/\.[^.]*$/, '')
  return `${stem === '' ? 'list' : stem}-${kind}.csv`
}

function formatFile(file: ListFileDocument['file']): string {
  return `${JSON.stringify({ schema: 1, file })}\n`
}
