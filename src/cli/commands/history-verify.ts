import { Argument, type Command } from 'commander'
import { countWords } from '../../domain/count-words.ts'
import { createInterruption, type ExitName } from '../../errors.ts'
import { readBounded } from '../../history/read-evidence.ts'
import { openInputFile } from '../../input/files/input-file.ts'
import { createVerificationDocument } from '../../report/evidence/verification-document.ts'
import type { Verification } from '../../report/evidence/verify-evidence.ts'
import { type Format, formatNames, writeDocument } from '../../report/formats/formats.ts'
import type { Page } from '../../report/page.ts'
import type { App, Perform } from '../app.ts'
import { completes } from '../completion/completes.ts'
import { formatOption, jsonOption, parsePath } from '../options/basic-options.ts'
import { hideOuterOptions, refuseOuterOptions } from '../options/nested-command.ts'
import { type Failure, printReport } from '../print-report.ts'

const examples = `
Examples:
  duo-seats history verify march.jsonl`

export function addVerifyCommand(program: Command, history: Command, perform: Perform): void {
  const verify = history
    .command('verify')
    .summary('check a file of evidence against itself and the store')
    .description(
      'Check that no line of a file of evidence was changed, and that the store has the same runs and events.',
    )
    .addArgument(completes(new Argument('<file>', 'as --evidence wrote it').argParser(parsePath), 'files'))
    .addOption(formatOption(formatNames))
    .addOption(jsonOption())
    .configureHelp(hideOuterOptions(program))
    .addHelpText('after', examples)
    .action(
      perform((app, path: string) => {
        refuseOuterOptions(history, verify)
        return verifyFile(app, path, history.opts<{ format: Format }>().format)
      }),
    )
}

/** Ends with `incomplete` if the file and the store differ. */
async function verifyFile(app: App, path: string, format: Format): Promise<ExitName | undefined> {
  const { session } = app
  const file = await openInputFile(path, session.signal)
  try {
    return await app.readStore(async (store) => {
      const { verifyEvidence } = await import('../../report/evidence/verify-evidence.ts')
      const { readLines } = await import('../../input/files/read-lines.ts')
      const verification = await verifyEvidence(file.label, readLines(file), (bounds) =>
        readBounded(store, bounds),
      )
      const write = (page: Page) => writeDocument(createVerificationDocument(verification), format, page)
      await printReport(app, { format }, createInterruption(), write, describeProblems(verification, format))
      return verification.problems.length === 0 ? undefined : 'incomplete'
    })
  } finally {
    await file.close()
  }
}

function describeProblems({ file, problems }: Verification, format: Format): Failure[] {
  if (problems.length === 0) return []
  const message = `${file} has ${countWords(problems.length, 'problem')}.`
  return [{ message, hint: format === 'table' ? 'Leave out --quiet to see them.' : null }]
}
