import type { Command } from 'commander'
import type { UserList } from '../../domain/request.ts'
import { orderRemoval } from '../../orders/assign.ts'
import { formatNames } from '../../report/formats/formats.ts'
import type { Perform } from '../app.ts'
import { performListedOrder } from '../listed-order.ts'
import { addCsvOptions, type CsvRunOptions } from '../options/list-options.ts'
import { addAddOnOption, addSeatRunOptions, addYesOption } from '../options/seat-run-options.ts'

const examples = `
Examples:
  duo-seats bulk-unassign leavers.csv --dry-run
  duo-seats bulk-unassign leavers.csv
  duo-seats bulk-unassign leavers.csv --yes --format json

The file is as for bulk-assign; see "duo-seats help csv". More than one seat is taken only after a question on the
terminal, or with --yes.`

export function addBulkUnassignCommand(program: Command, perform: Perform): void {
  const command = program
    .command('bulk-unassign')
    .description('Take the seat of every user in a CSV, with one clear result for each row.')
    .argument('<file>', 'a CSV file, or - for standard input')
    .addHelpText('after', examples)
  addYesOption(addSeatRunOptions(addAddOnOption(command), formatNames))
  addCsvOptions(command).action(
    perform(async (app, file: string, options: CsvRunOptions) => {
      const order = (list: UserList) => orderRemoval('bulk-unassign', list, options)
      return (await performListedOrder(app, file, options, order)).exit
    }),
  )
}
