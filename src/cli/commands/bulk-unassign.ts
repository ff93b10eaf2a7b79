import type { Command } from 'commander'
import { askForAll } from '../../orders/ask-for-all.ts'
import { formatNames } from '../../report/formats/formats.ts'
import type { OpenApp } from '../app.ts'
import { addCsvOptions, type CsvRunOptions, runCsv } from '../csv-run.ts'
import { addAddOnOption, addSeatRunOptions, addYesOption } from '../options/seat-run-options.ts'

const examples = `
Examples:
  duo-seats bulk-unassign leavers.csv --dry-run
  duo-seats bulk-unassign leavers.csv
  duo-seats bulk-unassign leavers.csv --yes

The command shows the plan and asks before it removes more than one seat.
Without a terminal it needs --yes.

More: duo-seats help csv`

export function addBulkUnassignCommand(program: Command, openApp: OpenApp): void {
  const command = program
    .command('bulk-unassign')
    .description('Remove the seat of every user in a CSV, with one result per row.')
    .argument('<file>', 'a CSV file, or - for standard input')
    .addHelpText('after', examples)
  addYesOption(addSeatRunOptions(addAddOnOption(command), formatNames))
  addCsvOptions(command).action(async (file: string, options: CsvRunOptions) =>
    runCsv(await openApp(), file, options, {
      command: 'bulk-unassign',
      compose: (source) => () => askForAll('take', source),
      mustConfirm: ({ removals }) => removals > 1,
    }),
  )
}
