import type { Command } from 'commander'
import { orderRemoval } from '../../orders/assign.ts'
import type { RequestList } from '../../orders/request-source.ts'
import { formatNames } from '../../report/formats/formats.ts'
import type { Perform } from '../app.ts'
import { type MemberRunOptions, performMemberOrder } from '../member-order.ts'
import { listArgument } from '../options/basic-options.ts'
import { addCsvOptions } from '../options/list-options.ts'
import { addMemberOptions, membersOption } from '../options/member-options.ts'
import {
  addAddOnOption,
  addLookUpOption,
  addSeatRunOptions,
  addYesOption,
} from '../options/seat-run-options.ts'

const examples = `
Examples:
  duo-seats bulk-unassign leavers.csv --dry-run
  duo-seats bulk-unassign leavers.csv
  duo-seats bulk-unassign leavers.csv --yes
  duo-seats bulk-unassign --members-of acme/alumni

The command shows the plan and asks before it removes more than one seat.
Without a terminal it needs --yes.

More: duo-seats help csv`

export function addBulkUnassignCommand(program: Command, perform: Perform): void {
  const command = program
    .command('bulk-unassign')
    .description('Remove the seat of every user in a CSV, with one result per row.')
    .addArgument(listArgument())
    .addHelpText('after', examples)
  addYesOption(addLookUpOption(addSeatRunOptions(addAddOnOption(command), formatNames)))
  addCsvOptions(addMemberOptions(command, membersOption())).action(
    perform(async (app, file: string | undefined, options: MemberRunOptions) => {
      const order = (list: RequestList) => orderRemoval('bulk-unassign', list, options)
      return (await performMemberOrder(app, file, { ...options, givesSeats: false }, order)).exit
    }),
  )
}
