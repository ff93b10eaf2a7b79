import type { Command } from 'commander'
import { findListPath } from '../../config.ts'
import { type ExitName, NoPurchaseError } from '../../errors.ts'
import { UnreadableInputError } from '../../input/files/read-error.ts'
import { orderAssignment } from '../../orders/assign.ts'
import type { RequestList } from '../../orders/request-source.ts'
import { runFormatNames } from '../../report/formats/formats.ts'
import { formatRakeError } from '../../report/formats/write-rake.ts'
import type { App, Perform } from '../app.ts'
import { type MemberRunOptions, performMemberOrder } from '../member-order.ts'
import { listArgument } from '../options/basic-options.ts'
import { refuseColumns } from '../options/columns-option.ts'
import { addCsvOptions } from '../options/list-options.ts'
import { addMemberOptions, membersOption } from '../options/member-options.ts'
import {
  addAddOnOption,
  addLookUpOption,
  addSeatRunOptions,
  addShortageOption,
} from '../options/seat-run-options.ts'

const examples = `
Examples:
  duo-seats bulk-assign people.csv --dry-run
  duo-seats bulk-assign people.csv
  duo-seats bulk-assign people.csv --rejects rejects.csv
  cut -d, -f2 hr.csv | duo-seats bulk-assign -
  duo-seats bulk-assign --members-of acme/platform --min-role developer

The file needs a header line with a column username, email or user_id. Other
columns are ignored. Without a file, DUO_BULK_USER_FILE_PATH or
DUO_PRO_BULK_USER_FILE_PATH names it.

More: duo-seats help csv`

export function addBulkAssignCommand(program: Command, perform: Perform): void {
  const command = program
    .command('bulk-assign')
    .description('Assign a seat to every user in a CSV, in the order of the file, with one result per row.')
    .addArgument(listArgument())
    .addHelpText('after', examples)
  addShortageOption(addLookUpOption(addSeatRunOptions(addAddOnOption(command), runFormatNames)))
  addCsvOptions(addMemberOptions(command, membersOption())).action(perform(bulkAssign))
}

async function bulkAssign(app: App, file: string | undefined, options: MemberRunOptions): Promise<ExitName> {
  if (options.format === 'rake') refuseColumns(options.columns, 'The format rake')
  const order = (list: RequestList) => orderAssignment('bulk-assign', list, options)
  const source = { file, requirePath: () => requireListPath(app, file) }
  try {
    return (await performMemberOrder(app, source, { ...options, givesSeats: true }, order)).exit
  } catch (error) {
    if (options.format === 'rake') await printRakeError(app, error)
    throw error
  }
}

/** An empty argument is an unset variable of a script, so the list of the environment is not used for it. */
function requireListPath({ session }: App, file: string | undefined): string {
  const path = file ?? findListPath(session.env)
  if (path) return path
  throw new UnreadableInputError(
    'usage',
    'No file is given.',
    'Name one: "duo-seats bulk-assign people.csv", - for standard input, or a group with --members-of.',
  )
}

async function printRakeError(app: App, error: unknown): Promise<void> {
  if (error instanceof UnreadableInputError) await app.stdout.write(formatRakeError('invalid_path', null))
  if (error instanceof NoPurchaseError)
    await app.stdout.write(formatRakeError('no_purchase', await findGroup(app)))
  await app.stdout.end()
}

function findGroup(app: App): Promise<string | null> {
  return app.useStore({ create: false }, async (store) => store.subscriptions.find()?.group ?? null)
}
