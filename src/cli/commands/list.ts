import { type Command, Option } from 'commander'
import { type AddOn, describeExpiry } from '../../domain/add-on.ts'
import { formatCount } from '../../domain/count-words.ts'
import { type ListReport, type SortKey, sortKeys } from '../../domain/seat-list.ts'
import { createInterruption } from '../../errors.ts'
import { type Format, formatNames, writeDocument } from '../../report/formats/formats.ts'
import { createListDocument } from '../../report/reports/list-document.ts'
import { linkedUserColumns } from '../../report/reports/listed-user-row.ts'
import { type ListOptions, listUsers } from '../../seats/list-users.ts'
import type { App, Perform } from '../app.ts'
import { addOnOption, formatOption, jsonOption, parseDays } from '../options/basic-options.ts'
import { columnsOption } from '../options/columns-option.ts'
import { limitOption } from '../options/filter-options.ts'
import { printReport } from '../print-report.ts'

const examples = `
Examples:
  duo-seats list
  duo-seats list --free --search grace
  duo-seats list --inactive-for 60d
  duo-seats list --columns username,email,last_duo_activity_on
  duo-seats list --format csv > team.csv

"duo-seats apply team.csv" and the other commands with a CSV read that file.`

interface ListCommandOptions {
  addOn?: AddOn
  free?: boolean
  all?: boolean
  search?: string
  sort: SortKey
  reverse?: boolean
  inactiveFor?: number
  limit?: number
  columns?: string[]
  format: Format
}

export function addListCommand(program: Command, perform: Perform): void {
  program
    .command('list')
    .description('Show the holders of seats, and how many seats are free.')
    .addOption(addOnOption())
    .addOption(new Option('--free', 'show eligible users without a seat').conflicts('all'))
    .option('--all', 'show all users of the store, with the reason if one is not eligible')
    .option('--search <text>', 'show only users whose username, name or email address contains the text')
    .addOption(new Option('--sort <key>', 'sort by this column').choices(sortKeys).default('username'))
    .option('--reverse', 'reverse the order')
    .addOption(
      new Option(
        '--inactive-for <time>',
        'show only seats without GitLab Duo activity for this time, such as 30d or 6w',
      )
        .argParser(parseDays)
        .conflicts(['free', 'all']),
    )
    .addOption(limitOption('users'))
    .addOption(columnsOption(linkedUserColumns))
    .addOption(formatOption(formatNames))
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(perform(printList))
}

async function printList(app: App, options: ListCommandOptions): Promise<undefined> {
  await app.readStore(async (store) => {
    const report = listUsers(store, toListOptions(options), app.session.readClock())
    noteWarnings(app, report)
    const readUsers = () => app.readUntilAborted(report.readUsers(), createInterruption())
    await printReport(app, options, createInterruption(), (page) =>
      writeDocument(createListDocument({ ...report, readUsers }), options.format, page),
    )
  })
}

function toListOptions({
  addOn,
  free,
  all,
  search,
  sort,
  reverse,
  inactiveFor,
  limit,
}: ListCommandOptions): ListOptions {
  return {
    addOn: addOn ?? null,
    scope: all ? 'all' : free ? 'free' : 'holders',
    search: search || null,
    sort,
    reverse: reverse ?? false,
    inactiveForDays: inactiveFor ?? null,
    limit: limit ?? null,
  }
}

function noteWarnings({ terminal }: App, { purchase, today, leftOut }: ListReport): void {
  const expiry = describeExpiry(purchase, today)
  if (expiry !== null) terminal.warn(expiry)
  if (leftOut > 0)
    terminal.note(`Left out, since no GitLab Duo activity is recorded: ${formatCount(leftOut)}.`)
}
