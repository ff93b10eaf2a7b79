import type { Command } from 'commander'
import { findListPath } from '../../config.ts'
import type { AddOn } from '../../domain/add-on.ts'
import { type ExitName, NoPurchaseError } from '../../errors.ts'
import { UnreadableInputError } from '../../input/files/read-error.ts'
import { orderAssignment } from '../../orders/assign.ts'
import { orderForHolders } from '../../orders/holders.ts'
import type { RequestList } from '../../orders/request-source.ts'
import { formatRakeError } from '../../report/reports/write-rake.ts'
import { runFormatNames } from '../../report/reports/write-run.ts'
import type { App, Perform } from '../app.ts'
import { performTypedOrder } from '../listed-order.ts'
import { createTwoListsError, type MemberRunOptions, performMemberOrder } from '../member-order.ts'
import { listArgument } from '../options/basic-options.ts'
import { refuseColumns } from '../options/columns-option.ts'
import { addCsvOptions } from '../options/list-options.ts'
import {
  addMemberOptions,
  holdersOption,
  membersOption,
  refuseWithoutGroups,
} from '../options/member-options.ts'
import {
  addAddOnOption,
  addLookUpOption,
  addSeatRunOptions,
  addShortageOption,
  addYesOption,
} from '../options/seat-run-options.ts'
import type { PerformedOrder } from '../perform-order.ts'

const examples = `
Examples:
  duo-seats bulk-assign people.csv --dry-run
  duo-seats bulk-assign people.csv
  duo-seats bulk-assign people.csv --rejects rejects.csv
  cut -d, -f2 hr.csv | duo-seats bulk-assign -
  duo-seats bulk-assign --members-of acme/platform --min-role developer
  duo-seats bulk-assign --holders-of duo-pro --add-on duo-enterprise

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
  addYesOption(command, 'do not ask before a list that is too long gets the free seats')
  addCsvOptions(addMemberOptions(command, membersOption()))
    .addOption(holdersOption())
    .action(perform(bulkAssign))
}

type BulkAssignOptions = MemberRunOptions & { holdersOf?: AddOn }

async function bulkAssign(
  app: App,
  file: string | undefined,
  options: BulkAssignOptions,
  command: Command,
): Promise<ExitName> {
  if (options.format === 'rake') refuseColumns(options.columns, 'The format rake')
  const isPolicyChosen = command.getOptionValueSource('onShortage') !== 'default'
  try {
    return (await performList(app, file, { ...options, isPolicyChosen })).exit
  } catch (error) {
    // stderr has the failure as well, so a failing stdout must not hide it.
    if (options.format === 'rake') await printRakeError(app, error).catch(() => {})
    throw error
  }
}

function performList(
  app: App,
  file: string | undefined,
  options: BulkAssignOptions & { isPolicyChosen: boolean },
): Promise<PerformedOrder> {
  const { holdersOf, membersOf } = options
  if (holdersOf !== undefined && file !== undefined) throw createTwoListsError(file, '--holders-of')
  if (membersOf === undefined) refuseWithoutGroups(options, '--members-of')
  if (holdersOf !== undefined) return performTypedOrder(app, orderForHolders(holdersOf, options), options)
  const order = (list: RequestList) => orderAssignment('bulk-assign', list, options)
  const path = membersOf === undefined ? requireListPath(app, file) : file
  return performMemberOrder(app, path, { ...options, givesSeats: true }, order)
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
