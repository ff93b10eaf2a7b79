import { Argument, type Command } from 'commander'
import { findListPath } from '../../config.ts'
import { NoPurchaseError } from '../../errors.ts'
import { UnreadableInputError } from '../../input/files/read-error.ts'
import { askForAll } from '../../orders/ask-for-all.ts'
import { runFormatNames } from '../../report/formats/formats.ts'
import { formatRakeError } from '../../report/formats/write-rake.ts'
import type { App, OpenApp } from '../app.ts'
import { completes } from '../completion/completes.ts'
import { addCsvOptions, type CsvRunOptions, runCsv } from '../csv-run.ts'
import { addAddOnOption, addSeatRunOptions, addShortageOption } from '../options/seat-run-options.ts'

const examples = `
Examples:
  duo-seats bulk-assign people.csv
  duo-seats bulk-assign people.csv --dry-run
  duo-seats bulk-assign people.csv --rejects rejects.csv
  cut -d, -f2 hr.csv | duo-seats bulk-assign - --on-shortage fail --format json

The file needs a header line with a column username, email or user_id; other columns are ignored. Without a file,
DUO_BULK_USER_FILE_PATH or DUO_PRO_BULK_USER_FILE_PATH names it.`

export function addBulkAssignCommand(program: Command, openApp: OpenApp): void {
  const command = program
    .command('bulk-assign')
    .description(
      'Give a seat to every user in a CSV, in the order of the file, with one clear result for each row.',
    )
    .addArgument(completes(new Argument('[file]', 'a CSV file, or - for standard input'), 'files'))
    .addHelpText('after', examples)
  addShortageOption(addSeatRunOptions(addAddOnOption(command), runFormatNames))
  addCsvOptions(command).action(async (file: string | undefined, options: CsvRunOptions) => {
    const app = await openApp()
    try {
      await runCsv(app, requireListPath(app, file), options, {
        command: 'bulk-assign',
        compose: (source) => () => askForAll('give', source),
      })
    } catch (error) {
      if (options.format === 'rake') await printRakeError(app, error)
      throw error
    }
  })
}

/** An empty argument is a variable of a script that was not set: the environment's list would be a surprise. */
function requireListPath({ env }: App, file: string | undefined): string {
  const path = file ?? findListPath(env)
  if (path) return path
  throw new UnreadableInputError(
    'usage',
    'No file is given.',
    'Name one: "duo-seats bulk-assign people.csv", or - for standard input.',
  )
}

/** A script that reads the Rake task's output finds its words for a failure, too. */
async function printRakeError(app: App, error: unknown): Promise<void> {
  if (error instanceof UnreadableInputError) await app.stdout.write(formatRakeError('invalid_path', null))
  if (error instanceof NoPurchaseError)
    await app.stdout.write(formatRakeError('no_purchase', await findGroup(app)))
  await app.stdout.end()
}

function findGroup(app: App): Promise<string | null> {
  return app.useStore({ create: false }, async (store) => store.subscriptions.find()?.group ?? null)
}
