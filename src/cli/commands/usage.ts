import { type Command, Option } from 'commander'
import type { AddOn } from '../../domain/add-on.ts'
import { type PeriodName, periodNames } from '../../domain/usage-periods.ts'
import { reportUsage } from '../../history/seat-usage.ts'
import { type Format, formatNames, writeUsage } from '../../report/formats/formats.ts'
import type { App, Perform } from '../app.ts'
import { addOnOption, formatOption, jsonOption } from '../options/basic-options.ts'
import { type ParsedTime, parseSince } from '../options/parse-time.ts'
import { createPage } from '../terminal/terminal-page.ts'

const examples = `
Examples:
  duo-seats usage
  duo-seats usage --by month --since 1y
  duo-seats usage --by day --format csv

More: duo-seats help commands`

interface CommandOptions {
  addOn?: AddOn
  by: PeriodName
  since?: ParsedTime
  format: Format
}

export function addUsageCommand(program: Command, perform: Perform): void {
  program
    .command('usage')
    .description('Show how the seats are used: now, and over time.')
    .addOption(addOnOption())
    .addOption(new Option('--by <period>', 'length of a row').choices(periodNames).default('week'))
    .addOption(
      new Option('--since <time>', 'begin at a day, a month or a span back, such as 1y').argParser(
        parseSince,
      ),
    )
    .addOption(formatOption(formatNames))
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(perform(printUsage))
}

async function printUsage(app: App, { addOn, by, since, format }: CommandOptions): Promise<undefined> {
  await app.useStore({ create: false, readsOnly: true }, async (store) => {
    const now = app.session.readClock()
    const report = reportUsage(store, { addOn: addOn ?? null, by, since: since?.(now) ?? null }, now)
    await writeUsage(report, format, createPage(app.terminal, app.stdout))
  })
}
