import { Argument, type Command } from 'commander'
import type { UserList } from '../../domain/request.ts'
import { orderRemoval } from '../../orders/assign.ts'
import { formatNames } from '../../report/formats/formats.ts'
import type { Perform } from '../app.ts'
import { completes } from '../completion/completes.ts'
import { performListedOrder } from '../listed-order.ts'
import { addCsvOptions, type CsvRunOptions } from '../options/list-options.ts'
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

The command shows the plan and asks before it removes more than one seat.
Without a terminal it needs --yes.

More: duo-seats help csv`

export function addBulkUnassignCommand(program: Command, perform: Perform): void {
  const command = program
    .command('bulk-unassign')
    .description('Remove the seat of every user in a CSV, with one result per row.')
    .addArgument(completes(new Argument('<file>', 'a CSV file, or - for standard input'), 'files'))
    .addHelpText('after', examples)
  addYesOption(addLookUpOption(addSeatRunOptions(addAddOnOption(command), formatNames)))
  addCsvOptions(command).action(
    perform(async (app, file: string, options: CsvRunOptions) => {
      const order = (list: UserList) => orderRemoval('bulk-unassign', list, options)
      return (await performListedOrder(app, file, options, order)).exit
    }),
  )
}
