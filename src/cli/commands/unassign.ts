import { Argument, type Command } from 'commander'
import { askForAll } from '../../orders/ask-for-all.ts'
import { createNameSource } from '../../orders/name-source.ts'
import { formatNames } from '../../report/formats/formats.ts'
import type { OpenApp } from '../app.ts'
import { completes } from '../completion/completes.ts'
import { addAddOnOption, addSeatRunOptions, type SeatRunOptions } from '../options/seat-run-options.ts'
import { runWithResultsFile } from '../seat-run.ts'

const examples = `
Examples:
  duo-seats unassign ada
  duo-seats unassign @ada grace@example.com --add-on duo-enterprise
  duo-seats unassign ada --dry-run --format json`

export function addUnassignCommand(program: Command, openApp: OpenApp): void {
  const command = program
    .command('unassign')
    .description('Take the seat of one or more users, by username or email address.')
    .addArgument(completes(new Argument('<username...>', 'usernames or email addresses'), 'holders'))
    .addHelpText('after', examples)
  addSeatRunOptions(addAddOnOption(command), formatNames).action(
    async (names: string[], options: SeatRunOptions) => {
      const source = createNameSource(names)
      const compose = () => askForAll('take', source)
      await runWithResultsFile(await openApp(), { command: 'unassign', source, compose, options })
    },
  )
}
