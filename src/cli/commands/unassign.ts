import type { Command } from 'commander'
import { askForAll } from '../../orders/ask-for-all.ts'
import { createNameSource } from '../../orders/name-source.ts'
import { formatNames } from '../../report/formats/formats.ts'
import type { OpenApp } from '../app.ts'
import { addAddOnOption, addSeatRunOptions, type SeatRunOptions } from '../options/seat-run-options.ts'
import { runWithResultsFile } from '../seat-run.ts'

const examples = `
Examples:
  duo-seats unassign ada
  duo-seats unassign ada grace linus
  duo-seats unassign grace@example.com --dry-run

The command does not ask for confirmation.

More: duo-seats help commands`

export function addUnassignCommand(program: Command, openApp: OpenApp): void {
  const command = program
    .command('unassign')
    .description('Remove the seat of one or more users, by username or email address.')
    .argument('<username...>', 'usernames or email addresses')
    .addHelpText('after', examples)
  addSeatRunOptions(addAddOnOption(command), formatNames).action(
    async (names: string[], options: SeatRunOptions) => {
      const source = createNameSource(names)
      const compose = () => askForAll('take', source)
      await runWithResultsFile(await openApp(), { command: 'unassign', source, compose, options })
    },
  )
}
