import type { Command } from 'commander'
import type { OpenApp } from '../app.ts'
import { createNameSource } from '../input/name-source.ts'
import { formatNames } from '../report/formats.ts'
import { askForAll } from '../workflows/ask-for-all.ts'
import { runWithResultsFile } from './seat-run.ts'
import {
  addAddOnOption,
  addSeatRunOptions,
  addShortageOption,
  type SeatRunOptions,
} from './seat-run-options.ts'

const examples = `
Examples:
  duo-seats assign ada
  duo-seats assign @ada grace@example.com --add-on duo-enterprise
  duo-seats assign ada --dry-run --format json`

export function addAssignCommand(program: Command, openApp: OpenApp): void {
  const command = program
    .command('assign')
    .description('Give a seat to one or more users, by username or email address.')
    .argument('<username...>', 'usernames or email addresses')
    .addHelpText('after', examples)
  addShortageOption(addSeatRunOptions(addAddOnOption(command), formatNames)).action(
    async (names: string[], options: SeatRunOptions) => {
      const source = createNameSource(names)
      const compose = () => askForAll('give', source)
      await runWithResultsFile(await openApp(), { command: 'assign', source, compose, options })
    },
  )
}
