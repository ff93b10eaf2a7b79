import { describeResult, isSuccess, type Result } from '../../domain/result.ts'
import type { RunReport } from '../../domain/run.ts'
import { escapeXml } from '../escape-xml.ts'
import { groupRows } from '../group-rows.ts'
import { explainRefusal } from '../reports/explain-refusal.ts'
import type { TextOutput } from '../text-output.ts'
import { nameRow } from './name-row.ts'
import { describeLeftOut, mostRows, pickRows } from './pick-rows.ts'
import { toPlainText } from './to-plain-text.ts'

/**
 * JUnit XML with the elements that GitLab reads (docs.gitlab.com, "Unit test reports", "JUnit XML format specification"). It
 * ignores the second of two cases with the same name.
 */
export async function writeJunit(
  output: TextOutput,
  report: RunReport,
  listPath: string | null,
): Promise<void> {
  const counts = formatCounts(report)
  await output.write(`<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="duo-seats"${counts}>\n`)
  await output.write(`  <testsuite name="${report.run.command}"${counts}${formatTimes(report)}>\n`)
  for (const cases of groupRows(listCases(report, listPath))) await output.write(cases.join(''))
  await output.write('  </testsuite>\n</testsuites>\n')
}

function formatCounts({ summary: { rows, failed, refusal } }: RunReport): string {
  const [refusals, notes] = [refusal === null ? 0 : 1, rows > mostRows ? 1 : 0]
  const tests = Math.min(rows, mostRows) + refusals + notes
  const failures = Math.min(failed, mostRows) + refusals
  return ` tests="${tests}" failures="${failures}" errors="0" skipped="${notes}"`
}

/** In seconds, and in UTC without a zone, as the schemas of JUnit want it. */
function formatTimes({ run: { startedAt, finishedAt } }: RunReport): string {
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000
  return ` time="${Math.max(0, seconds).toFixed(3)}" timestamp="${startedAt.slice(0, 19)}"`
}

function* listCases(report: RunReport, listPath: string | null): Generator<string> {
  const { run, summary, readResults } = report
  const place = formatPlace(listPath, run.command)
  const refused = explainRefusal(report)
  if (refused !== null)
    yield formatFailure(
      `${place} name="(the whole run)"`,
      summary.refusal ?? '',
      `${refused.sentence} ${refused.hint}`,
    )
  const nameUniquely = createUniqueNames()
  for (const result of pickRows(readResults(), summary.failed)) {
    const attributes = `${place} name="${escapeXml(nameUniquely(nameRow(result)))}"`
    yield isSuccess(result)
      ? `    <testcase${attributes}/>\n`
      : formatFailure(attributes, result.outcome, `${nameLine(result)}${describeResult(result, run)}`)
  }
  const left = summary.rows - mostRows
  if (left > 0) yield formatNote(place, left)
}

function formatPlace(listPath: string | null, command: string): string {
  if (listPath === null) return ` classname="duo-seats ${command}"`
  const path = escapeXml(toPlainText(listPath))
  return ` classname="${path}" file="${path}"`
}

/** Without line numbers: GitLab compares the cases of two pipelines by their names. */
function createUniqueNames(): (name: string) => string {
  const lastNumbers = new Map<string, number>()
  const taken = new Set<string>()
  return (name) => {
    let [unique, number] = [name, lastNumbers.get(name) ?? 1]
    while (taken.has(unique)) {
      number += 1
      unique = `${name} (${number})`
    }
    lastNumbers.set(name, number)
    taken.add(unique)
    return unique
  }
}

function nameLine({ line }: Result): string {
  return line === null ? '' : `Line ${line}: `
}

function formatFailure(attributes: string, type: string, message: string): string {
  const text = escapeXml(toPlainText(message))
  return `    <testcase${attributes}>\n      <failure message="${text}" type="${type}">${text}</failure>\n    </testcase>\n`
}

function formatNote(place: string, left: number): string {
  const note = describeLeftOut(left)
  return `    <testcase${place} name="(rows left out)">\n      <skipped message="${note}">${note}</skipped>\n    </testcase>\n`
}
