import { countWords, listNames } from '../../domain/count-words.ts'
import { type Outcome, type OutcomeStatus, outcomeCodes, outcomes } from '../../domain/outcome.ts'
import { describeResult, isHeldBack, isSuccess, lacksSeat, type Result } from '../../domain/result.ts'
import type { RunFacts, RunReport, RunSummary } from '../../domain/run.ts'
import { describeEmptyRun, startsFromHolders } from '../../domain/run-command.ts'
import { escapeControls } from '../escape-controls.ts'
import { localizeTimes } from '../local-time.ts'
import { nameStore } from '../name-store.ts'
import type { Page } from '../page.ts'
import type { Paint, Style } from '../style.ts'
import { chooseColumns } from '../table/choose-columns.ts'
import { type TableColumn, writeColumns } from '../table/column-table.ts'
import { describeSource } from './describe-source.ts'
import { doubtRemovals, explainRefusal } from './explain-refusal.ts'
import { toLinkedResultRow } from './result-row.ts'

const mostNames = 10

/** `question`: the plan above a question. `answered`: without the results that were in the plan, unless they failed. */
export type RunView = 'whole' | 'question' | 'answered'

export async function writeRunTable(report: RunReport, view: RunView, page: Page): Promise<void> {
  if (report.summary.rows === 0) return page.output.write(`${describeEmptyRun(report.run.command)}\n`)
  const shown = pickPlan(report)
  if (shown !== report) await page.output.write('The run was refused. This is its plan:\n\n')
  if (report.run.command === 'reclaim' && report.run.dryRun)
    await page.output.write('Preview: no seat is removed.\n\n')
  const toRow = (result: Result) => toLinkedResultRow(result, shown.run)
  const columns = chooseColumns(listColumns(shown, page.namedStore ?? null), page.columns, toRow)
  await writeColumns(page, columns, () => readShownResults(shown, view))
  const lines = [...summarizeRows(shown, page.style), ...concludeRun(report, view, page)]
  await page.output.write(`\n${lines.join('\n')}\n`)
}

/** A refused run shows the changes that it would have made: users must see them before they allow them. */
export function pickPlan(report: RunReport): RunReport {
  const { run, plan } = report
  if (plan === null || !startsFromHolders(run.command)) return report
  return { ...report, ...plan, run: { ...run, dryRun: true } }
}

interface ShownResult extends Result {
  /** Rows about the same user behind the first one; 0 unless a `duplicate`. */
  repeats: number
}

/** A plan that starts from the holders shows the differences only. The repeats of a user are one line. */
function* readShownResults({ run, summary, readResults }: RunReport, view: RunView): Iterable<ShownResult> {
  const repeatsOf: Map<number | null, number> =
    summary.outcomes.duplicate === undefined ? new Map() : countRepeats(readResults())
  for (const result of readResults()) {
    if (startsFromHolders(run.command) && outcomes[result.outcome].sign === '=') continue
    if (view === 'answered' && isSuccess(result)) continue
    if (result.outcome !== 'duplicate') yield { ...result, repeats: 0 }
    else {
      const repeats = repeatsOf.get(result.userId)
      if (repeats !== undefined) yield { ...result, repeats }
      repeatsOf.delete(result.userId)
    }
  }
}

function countRepeats(results: Iterable<Result>): Map<number | null, number> {
  const counts = new Map<number | null, number>()
  for (const { outcome, userId } of results)
    if (outcome === 'duplicate') counts.set(userId, (counts.get(userId) ?? 0) + 1)
  return counts
}

function listColumns({ run }: RunReport, namedStore: string | null): TableColumn<ShownResult>[] {
  return [
    {
      header: '',
      read: ({ outcome }) => (startsFromHolders(run.command) ? (outcomes[outcome].sign ?? '') : ''),
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
  const sentence = localizeTimes(describeResult(result, run))
  return result.repeats > 1 ? `${sentence} Given ${result.repeats} times more.` : sentence
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

function summarizeRows(report: RunReport, style: Style): string[] {
  const { run, summary } = report
  const lines = [
    ...(startsFromHolders(run.command) ? [describePlan(summary)] : []),
    `${countWords(summary.rows, 'row')}: ${listOutcomes(summary)}.`,
    ...describeSeats(summary, run),
  ]
  if (summary.short > 0) lines.push(style.yellow(describeShortage(report)))
  const doubt = doubtRemovals(report)
  if (doubt !== null) lines.push(style.yellow(doubt))
  return lines
}

function concludeRun(report: RunReport, view: RunView, { style, namedStore = null }: Page): string[] {
  const refused = explainRefusal(report)
  if (refused !== null) return [style.red(refused.sentence), nameStore(refused.hint, namedStore)]
  const lines =
    report.run.dryRun && view !== 'question' ? [style.yellow('Dry run: nothing was written.')] : []
  const source = describeSource(report)
  if (source !== null) lines.push(source)
  if (view === 'answered') lines.push(nameStore(describeApplied(report), namedStore))
  return lines
}

/** `Applied: 5 seats removed, 2 assigned, confirmed by GitLab. Run 14; to undo it: duo-seats undo 14`. */
function describeApplied({ run, summary: { outcomes: counted } }: RunReport): string {
  const { unassigned = 0, assigned = 0, pending = 0, pending_removal = 0 } = counted
  const parts = [
    ...(unassigned > 0 ? [`${countWords(unassigned, 'seat')} removed`] : []),
    ...(assigned > 0 ? [`${countWords(assigned, 'seat')} assigned`] : []),
    ...(run.linked && unassigned + assigned > 0 ? ['confirmed by GitLab'] : []),
    ...(pending + pending_removal > 0 ? [`${pending + pending_removal} pending`] : []),
  ]
  const changes = parts.length > 0 ? parts.join(', ') : 'no seat changed'
  return `Applied: ${changes}. Run ${run.id}; to undo it: duo-seats undo ${run.id}`
}

function describePlan({ outcomes: counted }: RunSummary): string {
  const countSign = (sign: string) =>
    outcomeCodes
      .filter((code) => outcomes[code].sign === sign)
      .reduce((sum, code) => sum + (counted[code] ?? 0), 0)
  const left = countSign('?')
  return [
    `+ ${countSign('+')} to assign`,
    `- ${countSign('-')} to remove`,
    `= ${countSign('=')} unchanged`,
    ...(left > 0 ? [`? ${left} left alone`] : []),
    `! ${countSign('!')} not possible.`,
  ].join(', ')
}

/** A shortage has a sentence of its own. */
function describeSeats({ freeBefore, freeAfter, refusal }: RunSummary, { dryRun }: RunFacts): string[] {
  if (refusal === 'too_few_seats') return []
  const before = `Seats free: ${describeFree(freeBefore)}`
  return [refusal === null || dryRun ? `${before} before, ${describeFree(freeAfter)} after.` : `${before}.`]
}

function describeFree(free: number): string {
  return free < 0 ? `0 (${-free} too many held)` : String(free)
}

/** `3 assigned, 1 duplicate`. */
export function listOutcomes({ outcomes: counted }: Pick<RunSummary, 'outcomes'>): string {
  const counts = outcomeCodes.map((code) => ({ code, count: counted[code] ?? 0 }))
  return counts
    .filter(({ count }) => count > 0)
    .map(({ code, count }) => `${count} ${code}`)
    .join(', ')
}

/** Seats that the run removes count as free. */
function describeShortage(report: RunReport): string {
  const { needed, freeBefore, removals, short } = report.summary
  const free = Math.max(0, freeBefore + removals)
  const names = nameLeftOut(report)
  if (report.summary.refusal === 'too_few_seats') return `${countWords(short, 'user')} too many: ${names}.`
  return `${countWords(needed, 'user')} needed a seat, ${free} ${free === 1 ? 'was' : 'were'} free. ${short} without a seat: ${names}.`
}

export function nameLeftOut(report: RunReport): string {
  return listNames(findUsersWithoutSeat(report), report.summary.short)
}

function findUsersWithoutSeat(report: RunReport): string[] {
  const names: string[] = []
  for (const result of report.readRejects()) {
    if (lacksSeat(result)) names.push(nameResult(result))
    if (names.length === mostNames) break
  }
  return names
}

function nameResult({ username, input, line }: Result): string {
  const name = `@${escapeControls(username ?? input)}`
  return line === null ? name : `${name} (line ${line})`
}
