import { type Command, Option } from 'commander'
import { defaultUnknownCap, formatCap } from '../../domain/cap.ts'
import type { ExitName } from '../../errors.ts'
import { EmptyInputError } from '../../input/files/read-error.ts'
import { type ApplyOptions, createEmptyListError, orderApply } from '../../orders/apply.ts'
import type { RequestList } from '../../orders/request-source.ts'
import { formatNames } from '../../report/formats/formats.ts'
import type { App, Perform } from '../app.ts'
import { type MemberRunOptions, performMemberOrder } from '../member-order.ts'
import { listArgument, parseCap } from '../options/basic-options.ts'
import { addCsvOptions } from '../options/list-options.ts'
import { addMemberOptions, membersOption } from '../options/member-options.ts'
import {
  addAddOnOption,
  addLookUpOption,
  addRemovalOptions,
  addSeatRunOptions,
  addShortageOption,
} from '../options/seat-run-options.ts'

const examples = `
Examples:
  duo-seats apply team.csv --dry-run
  duo-seats apply team.csv
  duo-seats apply team.csv --yes --max-removals 25
  duo-seats apply team.csv --dry-run --exit-code
  duo-seats apply --members-of acme/platform --members-of acme/data

The plan marks each user: + gets a seat, - loses the seat, ! cannot get one.
Users without a change (=) are only counted. Seats are removed first, then
assigned. A user that an unclear row may mean keeps the seat.

More: duo-seats help csv`

type ApplyCommandOptions = MemberRunOptions & ApplyOptions

export function addApplyCommand(program: Command, perform: Perform): void {
  const command = program
    .command('apply')
    .description('Make the holders of seats equal to a CSV: users in it get a seat, all others lose theirs.')
    .addArgument(listArgument())
    .addHelpText('after', examples)
  addShortageOption(addLookUpOption(addSeatRunOptions(addAddOnOption(command), formatNames)))
  addRemovalOptions(command)
    .addOption(new Option('--add-only', 'assign seats only; remove none').conflicts('removeOnly'))
    .addOption(new Option('--remove-only', 'remove seats only; assign none'))
    .addOption(
      new Option(
        '--max-unknown <number>',
        'remove seats although so many rows match no user: a number, or a percentage of the rows',
      )
        .argParser(parseCap)
        .default(defaultUnknownCap, formatCap(defaultUnknownCap)),
    )
    .option('--exit-code', 'with --dry-run: end with exit code 7 if there is a difference')
  addCsvOptions(addMemberOptions(command, membersOption())).action(perform(apply))
}

async function apply(app: App, file: string | undefined, options: ApplyCommandOptions): Promise<ExitName> {
  const order = (list: RequestList) => orderApply(list, options)
  try {
    return (await performMemberOrder(app, file, { ...options, givesSeats: true }, order)).exit
  } catch (error) {
    // An empty file removes no seats, with or without a header.
    throw error instanceof EmptyInputError && !options.addOnly ? createEmptyListError() : error
  }
}
