import { Argument, type Command, Option } from 'commander'
import { UserError } from '../../errors.ts'
import { EmptyInputError } from '../../input/files/read-error.ts'
import { type ApplyMode, composeApply, createEmptyListError } from '../../orders/compose-apply.ts'
import { formatNames } from '../../report/formats/formats.ts'
import type { App, OpenApp } from '../app.ts'
import { completes } from '../completion/completes.ts'
import { addCsvOptions, type CsvRunOptions, runCsv } from '../csv-run.ts'
import {
  addAddOnOption,
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
    .addArgument(completes(new Argument('<file>', 'a CSV file, or - for standard input'), 'files'))
    .addHelpText('after', examples)
  addShortageOption(addSeatRunOptions(addAddOnOption(command), formatNames))
  addRemovalOptions(command)
    .addOption(new Option('--add-only', 'give, and take from nobody').conflicts('removeOnly'))
    .addOption(new Option('--remove-only', 'take, and give to nobody'))
    .option('--exit-code', 'with --dry-run: end with 3 when there is a difference')
  addCsvOptions(command).action(async (file: string, options: ApplyOptions) => {
    if (options.exitCode && !options.dryRun) throw createExitCodeError()
    const mode = modeOf(options)
    try {
      await applyList(await openApp(), file, mode, options)
    } catch (error) {
      // A file of nobody takes no seats, whether a header stands in it or not.
      throw error instanceof EmptyInputError && mode !== 'add-only' ? createEmptyListError() : error
    }
  })
}

function applyList(app: App, file: string, mode: ApplyMode, options: ApplyOptions): Promise<void> {
  return runCsv(app, file, options, {
    command: 'apply',
    compose: (source) => (store, purchase) => composeApply(store, source, mode, purchase.id),
    mustConfirm: ({ removals, needed, short }) => removals + needed - short > 0,
    isIncomplete: ({ removals, needed }) => options.exitCode === true && removals + needed > 0,
    noted: { add_only: mode === 'add-only', remove_only: mode === 'remove-only' },
  })
}

/** A run that made things equal has no difference to tell. */
function createExitCodeError(): UserError {
  return new UserError('usage', '--exit-code needs --dry-run.', 'Add --dry-run, or leave out --exit-code.')
}

function modeOf({ addOnly, removeOnly }: ApplyOptions): ApplyMode {
  if (addOnly) return 'add-only'
  return removeOnly ? 'remove-only' : 'equal'
}
