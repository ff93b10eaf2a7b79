import type { Command } from 'commander'
import type { Perform } from '../app.ts'

const examples = `
Examples:
  duo-seats template > people.csv
  duo-seats bulk-assign people.csv --dry-run

More: duo-seats help csv`

const emptyCsv = `username
# One user a line below: a username or an email address. Lines that begin with # do not count.
`

export function addTemplateCommand(program: Command, perform: Perform): void {
  program
    .command('template')
    .description('Print an empty CSV for bulk-assign: a header line and a comment.')
    .addHelpText('after', examples)
    .action(
      perform(async ({ stdout }) => {
        await stdout.write(emptyCsv)
        await stdout.end()
        return 'ok'
      }),
    )
}
