import { outcomeCodes, outcomes } from '../../domain/outcome.ts'
import { describeResult, isSeatless, type Result } from '../../domain/result.ts'
import type { RunReport, RunSummary } from '../../domain/run.ts'
import { countWords, listNames } from '../count-words.ts'
import { harmless } from '../harmless.ts'
import type { Page } from '../page.ts'
import type { Paint, Style } from '../style.ts'
import { type TableColumn, writeColumns } from '../table/column-table.ts'
import { doubtRemovals, explainRefusal } from './explain-refusal.ts'

const mostNames = 10

/** A run for people: a line for each result, then what it comes to. */
export async function writeRunTable(report: RunReport, page: Page): Promise<void> {
  if (report.summary.rows === 0) return page.output.write('Nothing to do.\n')
  await writeColumns(page, listColumns(report), () => readShownResults(report))
  await page.output.write(`\n${summarizeRun(report, page.style).join('\n')}\n`)
}

/** Whether the tool found out by itself whose seat is to change. */
function isPlan(command: RunReport['run']['command']): boolean {
  return command === 'apply' || command === 'reclaim' || command === 'undo'
}

/** Of a plan people want to see the differences: who keeps what they have is only counted. */
function* readShownResults({ run, readResults }: RunReport): Iterable<Result> {
  for (const result of readResults())
    if (!isPlan(run.command) || outcomes[result.outcome].sign !== '=') yield result
}

function listColumns({ run }: RunReport): TableColumn<Result>[] {
  return [
    {
      header: '',
      read: ({ outcome }) => (isPlan(run.command) ? (outcomes[outcome].sign ?? '') : ''),
      paint: paintOutcome,
    },
    { header: 'LINE', read: ({ line }) => (line === null ? '' : String(line)) },
    { header: 'USER', read: ({ username, input }) => username ?? input, isProse: true },
    { header: 'OUTCOME', read: ({ outcome }) => `${markOf(outcome)} ${outcome}`, paint: paintOutcome },
    { header: 'MESSAGE', read: (result) => describeResult(result, run.addOn), isProse: true },
  ]
}

/** A duplicate has no mark of its own: what became of the user stands on the first line. What is pending may still succeed. */
export function markOf(outcome: Result['outcome']): string {
  if (outcome.startsWith('pending')) return '…'
  const { success } = outcomes[outcome]
  if (success === null) return '–'
  return success ? '✓' : '✗'
}

export function paintOutcome({ outcome }: Result, style: Style): Paint {
  if (outcome.startsWith('pending')) return style.yellow
  const { success } = outcomes[outcome]
  if (success === null) return style.dim
  return success ? style.green : style.red
}

function summarizeRun(report: RunReport, style: Style): string[] {
  const { run, summary } = report
  const lines = [
    `${countWords(summary.rows, 'row')}: ${listOutcomes(summary)}.`,
    `Seats free: ${describeFree(summary.freeBefore)} before, ${describeFree(summary.freeAfter)} after.`,
  ]
  if (summary.short > 0) lines.push(style.yellow(describeShortage(report)))
  if (isPlan(run.command)) lines.unshift(describePlan(summary))
  const doubt = doubtRemovals(report)
  if (doubt !== null) lines.push(style.yellow(doubt))
  const refused = explainRefusal(report)
  if (refused !== null) lines.push(style.red(refused.sentence), refused.hint)
  else if (run.dryRun) lines.push(style.yellow('Dry run: nothing was written.'))
  return lines
}

/** The signs of the plan, with numbers. */
function describePlan({ outcomes: counted }: RunSummary): string {
  const countSign = (sign: string) =>
    outcomeCodes
      .filter((code) => outcomes[code].sign === sign)
      .reduce((sum, code) => sum + (counted[code] ?? 0), 0)
  return `+ ${countSign('+')} to give, - ${countSign('-')} to take, = ${countSign('=')} stay, ! ${countSign('!')} cannot.`
}

function describeFree(free: number): string {
  return free < 0 ? `0 (${-free} too many are held)` : String(free)
}

/** How often which outcome: `3 assigned, 1 duplicate`. */
export function listOutcomes({ outcomes: counted }: Pick<RunSummary, 'outcomes'>): string {
  const counts = outcomeCodes.map((code) => ({ code, count: counted[code] ?? 0 }))
  return counts
    .filter(({ count }) => count > 0)
    .map(({ code, count }) => `${count} ${code}`)
    .join(', ')
}

/**
 * Who goes without, the seats that the run takes counted as free. A refused run gives nobody a seat: those are meant for whom there
 * would have been none.
 */
function describeShortage(report: RunReport): string {
  const { needed, freeBefore, removals, short, refusal } = report.summary
  const free = Math.max(0, freeBefore + removals)
  const going = refusal !== null ? 'would go' : short === 1 ? 'goes' : 'go'
  const names = listNames(findSeatless(report), short)
  return `${countWords(needed, 'user')} needed a seat, ${free} ${free === 1 ? 'was' : 'were'} free: ${short} ${going} without: ${names}.`
}

function findSeatless(report: RunReport): string[] {
  const names: string[] = []
  for (const result of report.readRejects()) {
    if (isSeatless(result)) names.push(nameResult(result))
    if (names.length === mostNames) break
  }
  return names
}

function nameResult({ username, input, line }: Result): string {
  const name = `@${harmless(username ?? input)}`
  return line === null ? name : `${name} (line ${line})`
}
