import { createHash } from 'node:crypto'
import { type OutcomeStatus, outcomes } from '../../domain/outcome.ts'
import { describeResult, isSuccess, type Result } from '../../domain/result.ts'
import type { RunReport } from '../../domain/run.ts'
import { explainRefusal } from '../reports/explain-refusal.ts'
import type { TextOutput } from '../text-output.ts'
import { writeJsonRows } from '../write-json-rows.ts'
import { nameRow } from './name-row.ts'
import { describeLeftOut, mostRows, pickRows } from './pick-rows.ts'
import { toPlainText } from './to-plain-text.ts'

/** Properties and severities as GitLab documents them (docs.gitlab.com, "Code Quality", "Code Quality report format"). */
interface Finding {
  description: string
  check_name: string
  fingerprint: string
  severity: 'info' | 'minor' | 'major' | 'critical' | 'blocker'
  location: { path: string; lines: { begin: number } }
}

/** GitLab needs the path of a file. This one has the command of a run without a list. */
const pathWithoutList = '.gitlab-ci.yml'

/** A success is a finding only as a removal of a dry run. */
const severities: Record<OutcomeStatus, Finding['severity']> = {
  done: 'info',
  pending: 'minor',
  as_first: 'minor',
  failed: 'major',
}

/** One JSON array without a byte order mark, which GitLab's parser does not allow. */
export async function writeCodeQuality(
  output: TextOutput,
  report: RunReport,
  listPath: string | null,
): Promise<void> {
  await writeJsonRows(listFindings(report, listPath), '', output)
  await output.write('\n')
}

function* listFindings(report: RunReport, listPath: string | null): Generator<Finding> {
  const { run, summary, readResults } = report
  const identify = createIdentifier([run.addOn, listPath ?? ''])
  const refused = explainRefusal(report)
  if (refused !== null)
    yield {
      description: toPlainText(`${refused.sentence} ${refused.hint}`),
      ...identify(`${summary.refusal}`, ''),
      severity: 'blocker',
      location: locate(listPath, null),
    }
  const left = countFindings(report) - mostRows
  const found = selectFindings(readResults(), run.dryRun)
  for (const result of left > 0 ? pickRows(found, summary.failed) : found)
    yield {
      description: describeRow(result, report, listPath),
      ...identify(result.outcome, nameRow(result).replace(/^@/, '').toLowerCase()),
      severity: severities[outcomes[result.outcome].status],
      location: locate(listPath, result.line),
    }
  if (left > 0)
    yield {
      description: describeLeftOut(left),
      ...identify('rows_left_out', ''),
      severity: 'info',
      location: locate(listPath, null),
    }
}

function* selectFindings(results: Iterable<Result>, isDryRun: boolean): Generator<Result> {
  for (const result of results) if (isFinding(result, isDryRun)) yield result
}

/** As {@link isFinding}. */
function countFindings({ run, summary: { failed, outcomes: counted } }: RunReport): number {
  return failed + (run.dryRun ? (counted.unassigned ?? 0) : 0)
}

function isFinding(result: Result, isDryRun: boolean): boolean {
  return !isSuccess(result) || (isDryRun && outcomes[result.outcome].sign === '-')
}

/** A holder outside the list has no line. */
function locate(listPath: string | null, line: number | null): Finding['location'] {
  const begin = listPath === null ? 1 : (line ?? 1)
  return { path: listPath ?? pathWithoutList, lines: { begin } }
}

/** GitLab also lists findings without their lines, so each names its user. */
function describeRow(result: Result, { run }: RunReport, listPath: string | null): string {
  const message = describeResult(result, run)
  const place = listPath === null && result.line !== null ? ` (line ${result.line})` : ''
  if (message.includes(`"${result.input}"`)) return toPlainText(`${message}${place}`)
  return `${nameRow(result)}${place}: ${toPlainText(message)}`
}

/**
 * A fingerprint survives a move to another line, and a dry run has those of the run after it. GitLab keeps one finding of each
 * fingerprint, so repeats are counted.
 */
function createIdentifier(
  scope: readonly string[],
): (code: string, name: string) => Pick<Finding, 'check_name' | 'fingerprint'> {
  const repeats = new Map<string, number>()
  return (code, name) => {
    const key = JSON.stringify([...scope, code, name])
    const first = hashText(key)
    // The start of the hash: a million findings must fit into memory.
    const start = first.toString('latin1', 0, 8)
    const repeat = repeats.get(start) ?? 0
    repeats.set(start, repeat + 1)
    const hash = repeat === 0 ? first : hashText(`${key} ${repeat}`)
    return { check_name: `duo-seats/${code}`, fingerprint: hash.toString('hex', 0, 16) }
  }
}

function hashText(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
