import { describeFree } from '../../domain/add-on.ts'
import { countWords, formatCount, listNames } from '../../domain/count-words.ts'
import { nameStore } from '../../domain/name-store.ts'
import { outcomeCodes, outcomes } from '../../domain/outcome.ts'
import { lacksSeat, type Result } from '../../domain/result.ts'
import { changesSeats, type RunFacts, type RunReport, type RunSummary } from '../../domain/run.ts'
import { runCommands } from '../../domain/run-command.ts'
import { escapeControls } from '../escape-controls.ts'
import { nameRejects } from '../name-rejects.ts'
import type { Page } from '../page.ts'
import type { Style } from '../style.ts'
import { describeSource } from './describe-source.ts'
import { doubtRemovals, explainRefusal } from './explain-refusal.ts'
import type { RunView } from './run-view.ts'

export function summarizeRows(report: RunReport, style: Style): string[] {
  const { run, summary } = report
  const lines = [
    ...(runCommands[run.command].startsFromHolders ? [describePlan(summary)] : []),
    `${countWords(summary.rows, 'row')}: ${listOutcomes(summary)}.`,
    ...describeSeats(summary, run),
  ]
  if (summary.short > 0) lines.push(style.yellow(describeUsersWithoutSeat(report)))
  const doubt = doubtRemovals(report)
  if (doubt !== null) lines.push(style.yellow(doubt))
  return lines
}

/** Whether the run was written, and the next step. */
export function concludeRun(report: RunReport, view: RunView, { style, namedStore }: Page): string[] {
  const refused = explainRefusal(report)
  if (refused !== null) return [style.red(refused.sentence), nameStore(refused.hint, namedStore)]
  const lines =
    report.run.dryRun && view !== 'question' ? [style.yellow('Dry run: nothing was written.')] : []
  const source = describeSource(report)
  if (source !== null) lines.push(source)
  if (view === 'answered') lines.push(nameStore(describeApplied(report), namedStore))
  if (view === 'with_undo' && changesSeats(report))
    lines.push(nameStore(describeUndo(report.run), namedStore))
  return lines
}

/** `Applied: 5 seats removed, 2 assigned, confirmed by GitLab. Run 14; to undo it: duo-seats undo 14`. */
function describeApplied({ run, summary: { outcomes: counted } }: RunReport): string {
  const { unassigned = 0, assigned = 0, pending = 0, pending_removal = 0 } = counted
  const parts = [
    ...(unassigned > 0 ? [`${countWords(unassigned, 'seat')} removed`] : []),
    ...(assigned > 0 ? [`${countWords(assigned, 'seat')} assigned`] : []),
    ...(run.linked && unassigned + assigned > 0 ? ['confirmed by GitLab'] : []),
    ...(pending + pending_removal > 0 ? [`${formatCount(pending + pending_removal)} pending`] : []),
  ]
  const changes = parts.length > 0 ? parts.join(', ') : 'no seat changed'
  return `Applied: ${changes}. ${describeUndo(run)}`
}

function describeUndo({ id }: Pick<RunFacts, 'id'>): string {
  return `Run ${id}; to undo it: duo-seats undo ${id}`
}

function describePlan({ outcomes: counted }: RunSummary): string {
  const countSign = (sign: string) =>
    outcomeCodes
      .filter((code) => outcomes[code].sign === sign)
      .reduce((sum, code) => sum + (counted[code] ?? 0), 0)
  const describeSign = (sign: string) => `${sign} ${formatCount(countSign(sign))}`
  return [
    `${describeSign('+')} to assign`,
    `${describeSign('-')} to remove`,
    `${describeSign('=')} unchanged`,
    ...(countSign('?') > 0 ? [`${describeSign('?')} left alone`] : []),
    `${describeSign('!')} not possible.`,
  ].join(', ')
}

/** A shortage has a sentence of its own. */
function describeSeats({ freeBefore, freeAfter, refusal }: RunSummary, { dryRun }: RunFacts): string[] {
  if (refusal === 'too_few_seats') return []
  const before = `Seats free: ${describeFree(freeBefore)}`
  return [refusal === null || dryRun ? `${before} before, ${describeFree(freeAfter)} after.` : `${before}.`]
}

/** `3 assigned, 1 duplicate`. */
export function listOutcomes({ outcomes: counted }: Pick<RunSummary, 'outcomes'>): string {
  const counts = outcomeCodes.map((code) => ({ code, count: counted[code] ?? 0 }))
  return counts
    .filter(({ count }) => count > 0)
    .map(({ code, count }) => `${formatCount(count)} ${code}`)
    .join(', ')
}

/** Seats that the run removes count as free. */
function describeUsersWithoutSeat(report: RunReport): string {
  const { needed, freeBefore, removals, short } = report.summary
  const free = Math.max(0, freeBefore + removals)
  const names = nameLeftOut(report)
  if (report.summary.refusal === 'too_few_seats') return `${countWords(short, 'user')} too many: ${names}.`
  return `${countWords(needed, 'user')} needed a seat, ${formatCount(free)} ${free === 1 ? 'was' : 'were'} free. ${formatCount(short)} without a seat: ${names}.`
}

export function nameLeftOut(report: RunReport): string {
  const name = ({ username, input }: Result) => `@${escapeControls(username ?? input)}`
  return listNames(nameRejects(report, lacksSeat, name), report.summary.short)
}
