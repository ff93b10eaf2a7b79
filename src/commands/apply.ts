import { type Command, Option } from 'commander'
import type { OpenApp } from '../app.ts'
import { formatNames } from '../report/formats.ts'
import { type ApplyMode, composeApply } from '../workflows/compose-apply.ts'
import { addCsvOptions, type CsvRunOptions, runCsv } from './csv-run.ts'
import {
  addAddOnOption,
  addRemovalOptions,
  addSeatRunOptions,
  addShortageOption,
} from './seat-run-options.ts'

const examples = `
Examples:
  duo-seats apply team.csv --dry-run
  duo-seats apply team.csv
  duo-seats apply team.csv --yes --max-removals 25
  duo-seats apply team.csv --dry-run --exit-code

The plan marks what becomes of each user: + gets a seat, - loses it, ! cannot have it. Who keeps what they have (=) is
only counted. Seats are taken first, so that they are there to be given. Whoever a row may mean keeps the seat,
even where the row does not say clearly whom it means. The file is as for bulk-assign; see "duo-seats help csv".`

interface ApplyOptions extends CsvRunOptions {
  addOnly?: boolean
  removeOnly?: boolean
  exitCode?: boolean
}

export function addApplyCommand(program: Command, openApp: OpenApp): void {
  const command = program
    .command('apply')
    .description('Make the holders of seats equal to a CSV: who is not in it loses the seat.')
    .argument('<file>', 'a CSV file, or - for standard input')
    .addHelpText('after', examples)
  addShortageOption(addSeatRunOptions(addAddOnOption(command), formatNames))
  addRemovalOptions(command)
    .addOption(new Option('--add-only', 'give, and take from nobody').conflicts('removeOnly'))
    .addOption(new Option('--remove-only', 'take, and give to nobody'))
    .option('--exit-code', 'with --dry-run: end with 3 when there is a difference')
  addCsvOptions(command).action(async (file: string, options: ApplyOptions) => {
    const app = await openApp()
    const mode = modeOf(options)
    await runCsv(app, file, options, {
      command: 'apply',
      compose: (source) => (store, purchase) => composeApply(store, source, mode, purchase.id),
      mustConfirm: ({ removals, needed, short }) => removals + needed - short > 0,
      isIncomplete: ({ removals, needed }) => options.exitCode === true && removals + needed > 0,
      noted: { add_only: mode === 'add-only', remove_only: mode === 'remove-only' },
    })
  })
}

function modeOf({ addOnly, removeOnly }: ApplyOptions): ApplyMode {
  if (addOnly) return 'add-only'
  return removeOnly ? 'remove-only' : 'equal'
}
