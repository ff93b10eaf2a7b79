import { addOns } from '../../domain/add-on.ts'
import { formatCount, listNames } from '../../domain/count-words.ts'
import { describeEmptyRun } from '../../domain/empty-run.ts'
import { outcomeCodes, outcomes, rejectedOutcomes } from '../../domain/outcome.ts'
import { describeResult, lacksSeat, type Result } from '../../domain/result.ts'
import type { RunReport, RunSummary } from '../../domain/run.ts'
import { runCommands } from '../../domain/run-command.ts'
import { nameRejects } from '../name-rejects.ts'
import { describeSource } from '../reports/describe-source.ts'
import { doubtRemovals, explainRefusal } from '../reports/explain-refusal.ts'
import { markOf, markOfOutcome } from '../reports/run-table.ts'
import type { TextOutput } from '../text-output.ts'
import { formatCode, formatSentence } from './format-code.ts'
import { nameRow } from './name-row.ts'

const mostRows = 50

/** GitLab Flavored Markdown for a note: the counts, the seats, the users who go without, and the first rows. */
export async function writeMarkdown(
  output: TextOutput,
  report: RunReport,
  listPath: string | null,
): Promise<void> {
  const blocks = [
    `### ${describeRun(report)}`,
    ...(listPath === null ? [] : [`List: ${formatCode(listPath)}`]),
    ...describeEnd(report),
    ...formatSeats(report.summary),
    formatOutcomes(report.summary),
    ...listUsersWithout(report),
    ...formatRows(report),
  ]
  await output.write(`${blocks.join('\n\n')}\n`)
}

function describeRun({ run: { command, addOn, dryRun, id } }: RunReport): string {
  const state = dryRun || id === null ? 'plan' : `run ${id}`
  return `duo-seats ${command}, ${state}: ${addOns[addOn].product}`
}

function describeEnd(report: RunReport): string[] {
  const refused = explainRefusal(report)
  if (refused !== null) return [`**${refused.sentence}** ${formatSentence(refused.hint)}`]
  return [
    report.run.dryRun ? 'Dry run: nothing was written.' : null,
    describeSource(report),
    doubtRemovals(report),
  ].filter((sentence) => sentence !== null)
}

/** A refusal for want of seats names them. */
function formatSeats({ refusal, freeBefore, freeAfter }: RunSummary): string[] {
  if (refusal === 'too_few_seats') return []
  return [
    `| seats | before | after |\n| --- | ---: | ---: |\n| free | ${formatCount(freeBefore)} | ${formatCount(freeAfter)} |`,
  ]
}

function formatOutcomes({ rows, outcomes: counted }: RunSummary): string {
  const lines = outcomeCodes.flatMap((code) =>
    counted[code] ? [`| ${markOfOutcome(code)} \`${code}\` | ${formatCount(counted[code])} |`] : [],
  )
  return ['| outcome | rows |', '| --- | ---: |', ...lines, `| all | ${formatCount(rows)} |`].join('\n')
}

/** Users without a free seat, and rows that failed for another reason. */
function listUsersWithout(report: RunReport): string[] {
  const { short, outcomes: counted } = report.summary
  const failed = rejectedOutcomes.reduce((sum, code) => sum + (counted[code] ?? 0), 0)
  return [
    listUsers('Without a seat, since too few are free', report, short, lacksSeat),
    listUsers(
      short > 0 ? 'Other rows without success' : 'Rows without success',
      report,
      failed - short,
      (result) => !lacksSeat(result),
    ),
  ].flat()
}

function listUsers(
  title: string,
  report: RunReport,
  total: number,
  isListed: (result: Result) => boolean,
): string[] {
  if (total <= 0) return []
  const names = nameRejects(report, isListed, (result) => formatCode(nameRow(result)))
  return [`**${title} (${formatCount(total)}):** ${listNames(names, total)}`]
}

function formatRows({ run, summary, readResults }: RunReport): string[] {
  const isShown = ({ outcome }: Result) =>
    !runCommands[run.command].startsFromHolders || outcomes[outcome].sign !== '='
  const lines: string[] = []
  for (const result of readResults()) {
    if (isShown(result))
      lines.push(
        `| ${result.line ?? ''} | ${formatCode(nameRow(result))} | ${markOf(result, run)} \`${result.outcome}\` | ${formatSentence(describeResult(result, run))} |`,
      )
    if (lines.length === mostRows) break
  }
  if (lines.length === 0) return [describeEmptyRun({ run, summary }) ?? 'Nothing to change.']
  const table = ['| line | user | outcome | message |', '| ---: | --- | --- | --- |', ...lines].join('\n')
  const left = countShown(run.command, summary) - lines.length
  return left > 0 ? [table, `${formatCount(left)} more rows are not shown.`] : [table]
}

function countShown(command: RunReport['run']['command'], { rows, outcomes: counted }: RunSummary): number {
  if (!runCommands[command].startsFromHolders) return rows
  return outcomeCodes
    .filter((code) => outcomes[code].sign === '=')
    .reduce((sum, code) => sum - (counted[code] ?? 0), rows)
}
