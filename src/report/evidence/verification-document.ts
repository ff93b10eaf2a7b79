import { countWords, formatCount } from '../../domain/count-words.ts'
import { escapeControls } from '../escape-controls.ts'
import type { Page } from '../page.ts'
import type { ReportDocument } from '../report-document.ts'
import type { EvidenceProblem } from './compare-rows.ts'
import type { Verification } from './verify-evidence.ts'

export function createVerificationDocument(verification: Verification): ReportDocument {
  const { file, createdAt, runs, events, laterEvents, sha256, problems } = verification
  return {
    head: {
      file,
      created_at: createdAt,
      runs,
      events,
      later_events: laterEvents,
      sha256,
      verified: problems.length === 0,
    },
    rowsKey: 'problems',
    columns: ['line', 'message'],
    readRows: () => problems.map(({ line, message }) => ({ line, message })),
    writeTable: (page) => writeVerificationText(verification, page),
  }
}

const mostShown = 20

async function writeVerificationText(
  { file, runs, events, laterEvents, sha256, problems }: Verification,
  { output, style }: Page,
): Promise<void> {
  const shown = problems.slice(0, mostShown).map((problem) => `${style.red('✗')} ${describe(problem)}\n`)
  const more = problems.length > mostShown ? `  and ${formatCount(problems.length - mostShown)} more\n` : ''
  const content = `${countWords(runs, 'run')} and ${countWords(events, 'event')}`
  const verdict =
    problems.length === 0
      ? `${style.green('✓')} ${escapeControls(file)}: ${content}, as the store has them.\n`
      : `${escapeControls(file)}: ${content}, ${countWords(problems.length, 'problem')}.\n`
  const later =
    laterEvents === 0 ? '' : `The store has ${countWords(laterEvents, 'later event')} of the same time.\n`
  await output.write(`${shown.join('')}${more}${verdict}${later}SHA-256 of the last line: ${sha256}\n`)
}

function describe({ line, message }: EvidenceProblem): string {
  return escapeControls(line === null ? message : `Line ${line}: ${message}`)
}
