import { Argument, type Command } from 'commander'
import { askForAll } from '../../orders/ask-for-all.ts'
import { createNameSource } from '../../orders/name-source.ts'
import { formatNames } from '../../report/formats/formats.ts'
import type { OpenApp } from '../app.ts'
import { completes } from '../completion/completes.ts'
import {
  addAddOnOption,
  addSeatRunOptions,
  addShortageOption,
  type SeatRunOptions,
} from '../options/seat-run-options.ts'
import { runWithResultsFile } from '../seat-run.ts'

const examples = `
Examples:
  duo-seats assign ada
  duo-seats assign @ada grace@example.com --add-on duo-enterprise
  duo-seats assign ada --dry-run --format json`

export function addAssignCommand(program: Command, openApp: OpenApp): void {
  const command = program
    .command('assign')
    .description('Give a seat to one or more users, by username or email address.')
    .addArgument(completes(new Argument('<username...>', 'usernames or email addresses'), 'users'))
    .addHelpText('after', examples)
  addShortageOption(addSeatRunOptions(addAddOnOption(command), formatNames)).action(
    async (names: string[], options: SeatRunOptions) => {
      const source = createNameSource(names)
      const compose = () => askForAll('give', source)
      await runWithResultsFile(await openApp(), { command: 'assign', source, compose, options })
    },
  )
}
