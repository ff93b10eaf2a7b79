import { formatCount } from '../../domain/count-words.ts'
import { describeEmptyRun } from '../../domain/empty-run.ts'
import { nameStore } from '../../domain/name-store.ts'
import { type Outcome, type OutcomeStatus, outcomes } from '../../domain/outcome.ts'
import { describeResult, isHeldBack, isSuccess, type Result } from '../../domain/result.ts'
import type { RunFacts, RunReport } from '../../domain/run.ts'
import { runCommands } from '../../domain/run-command.ts'
import { localizeTimes } from '../local-time.ts'
import type { Page } from '../page.ts'
import type { Paint, Style } from '../style.ts'
import { chooseColumns } from '../table/choose-columns.ts'
import { type TableColumn, writeColumns } from '../table/column-table.ts'
import { wrapProse } from '../wrap-prose.ts'
import { toLinkedResultRow } from './result-row.ts'
import { concludeRun, summarizeRows } from './run-conclusion.ts'
import type { RunView } from './run-view.ts'

export async function writeRunTable(report: RunReport, view: RunView, page: Page): Promise<void> {
  const empty = describeEmptyRun(report)
  if (empty !== null) return page.output.write(`${empty}\n`)
  const shown = pickPlan(report)
  if (shown !== report) await page.output.write('The run was refused. This is its plan:\n\n')
  const { previewNote } = runCommands[report.run.command]
  if (previewNote !== null && report.run.dryRun) await page.output.write(`${previewNote}\n\n`)
  const toRow = (result: Result) => toLinkedResultRow(result, shown.run)
  const columns = chooseColumns(listColumns(shown, page.namedStore), page.columns, toRow)
  const repeats = shown.countRepeats()
  await writeColumns(page, columns, () => readShownResults(shown, view, repeats))
  const lines = [...summarizeRows(shown, page.style), ...concludeRun(report, view, page)]
  await page.output.write(`\n${wrapProse(lines.join('\n'), page.width)}\n`)
}

/** A refused run shows the changes that it would have made: users must see them before they allow them. */
export function pickPlan(report: RunReport): RunReport {
  const { run, plan } = report
  if (plan === null || !runCommands[run.command].startsFromHolders) return report
  return { ...report, ...plan, run: { ...run, dryRun: true } }
}

interface ShownResult extends Result {
  /** Rows about the same user behind the first one; absent unless a `duplicate`. */
  repeats?: number
}

/** A plan that starts from the holders shows the differences only. The repeats of a user are one line. */
function* readShownResults(
  { run, readResults }: RunReport,
  view: RunView,
  repeats: ReadonlyMap<number, number>,
): Iterable<ShownResult> {
  const repeatsOf = new Map<number | null, number>(repeats)
  for (const result of readResults()) {
    if (runCommands[run.command].startsFromHolders && outcomes[result.outcome].sign === '=') continue
    if (view === 'answered' && isSuccess(result)) continue
    if (result.outcome !== 'duplicate') yield result
    else {
      const count = repeatsOf.get(result.userId)
      if (count !== undefined) yield { ...result, repeats: count }
      repeatsOf.delete(result.userId)
    }
  }
}

function listColumns({ run }: RunReport, namedStore: string | null): TableColumn<ShownResult>[] {
  return [
    {
      header: '',
      read: ({ outcome }) =>
        runCommands[run.command].startsFromHolders ? (outcomes[outcome].sign ?? '') : '',
      paint: paintSign,
    },
    { key: 'line', header: 'LINE', read: ({ line }) => (line === null ? '' : String(line)) },
    { key: 'username', header: 'USER', read: ({ username, input }) => username ?? input, overflow: 'break' },
    {
      key: 'outcome',
      header: 'OUTCOME',
      read: (result) => `${markOf(result, run)} ${result.outcome}`,
      paint: (result, style) => (isHeldBack(result, run) ? style.red : paintOutcome(result, style)),
    },
    {
      key: 'message',
      header: 'MESSAGE',
      read: (result) => nameStore(describeShown(result, run), namedStore),
      overflow: 'break',
    },
  ]
}

function describeShown(result: ShownResult, run: RunFacts): string {
  const { repeats = 0 } = result
  const sentence = localizeTimes(describeResult(result, run))
  return repeats > 1 ? `${sentence} Given ${formatCount(repeats)} times more.` : sentence
}

const marks: Record<OutcomeStatus, { mark: string; pickPaint: (style: Style) => Paint }> = {
  done: { mark: '✓', pickPaint: ({ green }) => green },
  pending: { mark: '…', pickPaint: ({ yellow }) => yellow },
  failed: { mark: '✗', pickPaint: ({ red }) => red },
  as_first: { mark: '–', pickPaint: ({ dim }) => dim },
}

/** In a run that was refused for want of seats, a seat that would be assigned fails. */
export function markOf(result: Result, run: RunFacts): string {
  return isHeldBack(result, run) ? marks.failed.mark : markOfOutcome(result.outcome)
}

export function markOfOutcome(outcome: Outcome): string {
  return marks[outcomes[outcome].status].mark
}

const signPaints: Record<string, (style: Style) => Paint> = {
  '+': ({ green }) => green,
  '-': ({ red }) => red,
  '!': ({ yellow }) => yellow,
}

function paintSign({ outcome }: Pick<Result, 'outcome'>, style: Style): Paint {
  return (signPaints[outcomes[outcome].sign ?? ''] ?? (({ dim }) => dim))(style)
}

export function paintOutcome({ outcome }: Pick<Result, 'outcome'>, style: Style): Paint {
  // As in git and terraform, removals are red.
  if (outcome === 'unassigned') return style.red
  return marks[outcomes[outcome].status].pickPaint(style)
}
