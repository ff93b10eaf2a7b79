import type { Command } from 'commander'
import type { OpenApp } from '../app.ts'
import { createNameSource } from '../input/name-source.ts'
import { addSeatRunOptions, runAndReport, type SeatRunOptions } from './seat-run.ts'
import { discardSideFiles, openResultsFile } from './side-file.ts'

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
  addSeatRunOptions(command, ['table', 'json', 'ndjson', 'csv']).action(
    async (names: string[], options: SeatRunOptions) => {
      const app = await openApp()
      const sideFiles = options.results === undefined ? [] : [await openResultsFile(app, options.results)]
      try {
        await runAndReport(app, { command: 'assign', source: createNameSource(names), options, sideFiles })
      } finally {
        await discardSideFiles(sideFiles)
      }
    },
  )
}
