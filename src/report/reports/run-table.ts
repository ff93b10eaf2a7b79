import { countWords, listNames } from '../../domain/count-words.ts'
import { type Outcome, type OutcomeStatus, outcomeCodes, outcomes } from '../../domain/outcome.ts'
import { describeResult, lacksSeat, type Result } from '../../domain/result.ts'
import type { RunFacts, RunReport, RunSummary } from '../../domain/run.ts'
import { startsFromHolders } from '../../domain/run-command.ts'
import { escapeControls } from '../escape-controls.ts'
import type { Page } from '../page.ts'
import type { Paint, Style } from '../style.ts'
import { type TableColumn, writeColumns } from '../table/column-table.ts'
import { describeSource } from './describe-source.ts'
import { doubtRemovals, explainRefusal } from './explain-refusal.ts'

const mostNames = 10

export async function writeRunTable(report: RunReport, page: Page): Promise<void> {
  if (report.summary.rows === 0) return page.output.write('Nothing to do.\n')
  await writeColumns(page, listColumns(report), () => readShownResults(report))
  await page.output.write(`\n${summarizeRun(report, page.style).join('\n')}\n`)
}

interface ShownResult extends Result {
  /** Rows about the same user behind the first one; 0 unless a `duplicate`. */
  repeats: number
}

/** A plan that starts from the holders shows the differences only. The repeats of a user are one line. */
function* readShownResults({ run, summary, readResults }: RunReport): Iterable<ShownResult> {
  const repeatsOf: Map<number | null, number> =
    summary.outcomes.duplicate === undefined ? new Map() : countRepeats(readResults())
  for (const result of readResults()) {
    if (startsFromHolders(run.command) && outcomes[result.outcome].sign === '=') continue
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

function listColumns({ run }: RunReport): TableColumn<ShownResult>[] {
  return [
    {
      header: '',
      read: ({ outcome }) => (startsFromHolders(run.command) ? (outcomes[outcome].sign ?? '') : ''),
      paint: paintOutcome,
    },
    { header: 'LINE', read: ({ line }) => (line === null ? '' : String(line)) },
    { header: 'USER', read: ({ username, input }) => username ?? input, isProse: true },
    { header: 'OUTCOME', read: ({ outcome }) => `${markOf(outcome)} ${outcome}`, paint: paintOutcome },
    { header: 'MESSAGE', read: (result) => describeShown(result, run), isProse: true },
  ]
}

function describeShown(result: ShownResult, run: RunFacts): string {
  const sentence = describeResult(result, run)
  return result.repeats > 1 ? `${sentence} Given ${result.repeats} times more.` : sentence
}

const marks: Record<OutcomeStatus, { mark: string; pickPaint: (style: Style) => Paint }> = {
  done: { mark: '✓', pickPaint: ({ green }) => green },
  pending: { mark: '…', pickPaint: ({ yellow }) => yellow },
  failed: { mark: '✗', pickPaint: ({ red }) => red },
  as_first: { mark: '–', pickPaint: ({ dim }) => dim },
}

export function markOf(outcome: Outcome): string {
  return marks[outcomes[outcome].status].mark
}

export function paintOutcome({ outcome }: Pick<Result, 'outcome'>, style: Style): Paint {
  return marks[outcomes[outcome].status].pickPaint(style)
}

function summarizeRun(report: RunReport, style: Style): string[] {
  const { run, summary } = report
  const lines = [
    `${countWords(summary.rows, 'row')}: ${listOutcomes(summary)}.`,
    `Seats free: ${describeFree(summary.freeBefore)} before, ${describeFree(summary.freeAfter)} after.`,
  ]
  if (summary.short > 0) lines.push(style.yellow(describeShortage(report)))
  if (startsFromHolders(run.command)) lines.unshift(describePlan(summary))
  const doubt = doubtRemovals(report)
  if (doubt !== null) lines.push(style.yellow(doubt))
  const refused = explainRefusal(report)
  if (refused !== null) lines.push(style.red(refused.sentence), refused.hint)
  else if (run.dryRun) lines.push(style.yellow('Dry run: nothing was written.'))
  const source = describeSource(report)
  if (source !== null) lines.push(source)
  return lines
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
  const names = listNames(findUsersWithoutSeat(report), short)
  return `${countWords(needed, 'user')} needed a seat, ${free} ${free === 1 ? 'was' : 'were'} free. ${short} without a seat: ${names}.`
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
