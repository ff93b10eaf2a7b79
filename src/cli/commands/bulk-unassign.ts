import { Argument, type Command } from 'commander'
import { askForAll } from '../../orders/ask-for-all.ts'
import { formatNames } from '../../report/formats/formats.ts'
import type { OpenApp } from '../app.ts'
import { completes } from '../completion/completes.ts'
import { addCsvOptions, type CsvRunOptions, runCsv } from '../csv-run.ts'
import { addAddOnOption, addSeatRunOptions, addYesOption } from '../options/seat-run-options.ts'

const examples = `
Examples:
  duo-seats bulk-unassign leavers.csv --dry-run
  duo-seats bulk-unassign leavers.csv
  duo-seats bulk-unassign leavers.csv --yes --format json

The file is as for bulk-assign; see "duo-seats help csv". More than one seat is taken only after a question on the
terminal, or with --yes.`

export function addBulkUnassignCommand(program: Command, openApp: OpenApp): void {
  const command = program
    .command('bulk-unassign')
    .description('Take the seat of every user in a CSV, with one clear result for each row.')
    .addArgument(completes(new Argument('<file>', 'a CSV file, or - for standard input'), 'files'))
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
