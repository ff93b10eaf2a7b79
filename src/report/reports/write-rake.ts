import { isSuccess, type Result } from '../../domain/result.ts'
import type { RunReport } from '../../domain/run.ts'
import { isUnclear } from '../../domain/summarize.ts'
import { escapeControls } from '../escape-controls.ts'
import { groupRows } from '../group-rows.ts'
import type { Page } from '../page.ts'

/**
 * As GitLab's Rake task prints a run (`gitlab_subscriptions:duo:bulk_user_assignment`, GitLab 18.0). The task stops at the first
 * user without a seat; here the rows after it are printed as well.
 */
export async function writeRake(report: RunReport, { output }: Page): Promise<void> {
  await output.write(`${formatNamespace(report.run.group)}\nSuccessful Assignments:\n`)
  await writeSection(output, report.readResults(), isSuccess, formatSuccess)
  await output.write('\nFailed Assignments:\n')
  await writeSection(output, report.readResults(), (result) => !isSuccess(result), createFailureFormatter())
}

async function writeSection(
  output: Page['output'],
  results: Iterable<Result>,
  belongsHere: (result: Result) => boolean,
  formatLine: (result: Result) => string,
): Promise<void> {
  let isEmpty = true
  for (const group of groupRows(results)) {
    const lines = group.filter(belongsHere).map(formatLine)
    if (lines.length > 0) await output.write(`${lines.join('\n')}\n`)
    isEmpty &&= lines.length === 0
  }
  if (isEmpty) await output.write('\n')
}

function formatSuccess({ input }: Result): string {
  return `User assigned: ${escapeControls(input)}`
}

function createFailureFormatter(): (result: Result) => string {
  let wereSeatsLeft = true
  return (result) => {
    const name = escapeControls(result.input)
    const line = formatFailure(name, outcomeOf(result), result.detail)
    if (!wereSeatsLeft || outcomeOf(result) !== 'no_seats_available') return line
    wereSeatsLeft = false
    return `${line}\n##No seats are left; users starting from @${name.replace(/^@/, '')} onwards were not assigned.##`
  }
}

/** GitLab's own codes. A refusal without an outcome here has its code as the detail. */
function formatFailure(name: string, outcome: Result['outcome'], detail: string | null): string {
  if (isUnclear(outcome)) return `User is not found: ${name}`
  const code = (outcome === 'refused_by_gitlab' ? detail : null) ?? outcome.toUpperCase()
  return `Failed to assign seat to user: ${name}, Errors: ["${escapeControls(code)}"]`
}

/** GitLab answers each repeated row as if it stood alone. */
function outcomeOf({ outcome, first }: Result): Result['outcome'] {
  return outcome === 'duplicate' && first !== null ? first.outcome : outcome
}

const rakeErrors = {
  invalid_path: {
    // One longer than the line below, as in the task.
    ruleLength: 81,
    lines: [
      'File path is invalid.',
      'Please specify a valid file path by setting the DUO_BULK_USER_FILE_PATH',
      'environment variable or by providing it as an argument.',
    ],
  },
  no_purchase: {
    ruleLength: 80,
    lines: [
      'Unable to find Duo add-on purchase.',
      'Please ensure the necessary add-on is already purchased and exists.',
    ],
  },
} as const satisfies Record<string, { ruleLength: number; lines: readonly string[] }>

type RakeError = keyof typeof rakeErrors

/** @param group top-level group, if the task finds it before it fails */
export function formatRakeError(error: RakeError, group: string | null): string {
  const { ruleLength, lines } = rakeErrors[error]
  const block = ['='.repeat(ruleLength), '## ERROR ##', ...lines, '='.repeat(80)]
  return `${formatNamespace(group)}${block.join('\n')}\n`
}

function formatNamespace(group: string | null): string {
  return group === null ? '' : `\nNamespace found: ${escapeControls(group)}\n`
}
