import { type Command, InvalidArgumentError, Option } from 'commander'
import { describeExcess } from '../../domain/add-on.ts'
import { countWords, formatCount } from '../../domain/count-words.ts'
import type { ReclaimFinding } from '../../domain/reclaim.ts'
import type { RunSummary } from '../../domain/run.ts'
import type { ExitName } from '../../errors.ts'
import { joinExceptions } from '../../orders/join-exceptions.ts'
import { orderReclaim, type ReclaimOptions, seatAgePolicies } from '../../orders/reclaim.ts'
import { formatNames } from '../../report/formats/formats.ts'
import type { App, Perform } from '../app.ts'
import { openList, performTypedOrder } from '../listed-order.ts'
import { createMemberList, noteMembersOf } from '../member-order.ts'
import { fileOption, parseDays } from '../options/basic-options.ts'
import { addListOptions, type CsvReadingOptions } from '../options/list-options.ts'
import { addMemberOptions, type MemberOptions, refuseWithoutGroups } from '../options/member-options.ts'
import {
  addAddOnOption,
  addLookUpOption,
  addRemovalOptions,
  addSeatRunOptions,
  type SeatRunOptions,
} from '../options/seat-run-options.ts'

const examples = `
Examples:
  duo-seats reclaim --inactive-for 60d
  duo-seats reclaim --inactive-for 60d --yes
  duo-seats reclaim --inactive-for 60d --to-free 12
  duo-seats reclaim --inactive-for 60d --except board.csv
  duo-seats reclaim --inactive-for 60d --except-members-of acme/platform

Without --yes the command is a dry run: it shows the seats and the reasons.
It leaves holders without any recorded use alone, and lists them with the
reason. Holders who are not eligible come first.

More: duo-seats help commands`

type ReclaimCommandOptions = SeatRunOptions &
  CsvReadingOptions &
  MemberOptions &
  ReclaimOptions & { exceptMembersOf?: readonly string[] }

export function addReclaimCommand(program: Command, perform: Perform): void {
  const command = program
    .command('reclaim')
    .description('Remove seats without GitLab Duo activity for some time. Without --yes it is a dry run.')
    .addOption(
      new Option('--inactive-for <time>', 'time without GitLab Duo activity, such as 60d or 8w')
        .argParser(parseDays)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--to-free <number>',
        'remove only as many seats as needed to have this many free',
      ).argParser(parseSeats),
    )
    .addOption(fileOption('--except <file>', 'a CSV of users who keep their seats, or - for standard input'))
    .option('--include-never-active', 'also remove old seats without any recorded use')
    .addOption(
      new Option(
        '--seat-age-unknown <policy>',
        '"take" also removes seats without recorded use whose age is unknown (default: leave)',
      ).choices(seatAgePolicies),
    )
    .addHelpText('after', examples)
  addRemovalOptions(
    addLookUpOption(addSeatRunOptions(addAddOnOption(command), formatNames)),
    'remove the seats',
  )
  addListOptions(addMemberOptions(command, exceptMembersOption())).action(perform(reclaim))
}

function exceptMembersOption(): Option {
  const description = 'the direct members of a group, by its full path, keep their seats; may be repeated'
  return new Option('--except-members-of <path>', description)
}

function parseSeats(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It takes a number of seats.')
  return Number(text)
}

async function reclaim(app: App, options: ReclaimCommandOptions): Promise<ExitName> {
  const { except, exceptMembersOf } = options
  if (exceptMembersOf === undefined) refuseWithoutGroups(options, '--except-members-of')
  const list = except === undefined ? null : await openList(app, except, options)
  const members = exceptMembersOf ? createMemberList(app, exceptMembersOf, options, false) : null
  try {
    const order = orderReclaim(joinExceptions(list, members), options)
    const perform = () => performTypedOrder(app, order, options)
    const { report, exit } = await (members === null ? perform() : noteMembersOf(app, members, perform))
    if (report.finding !== null) noteFinding(app, report.finding, options)
    if (!options.yes) noteNextStep(app, report.summary, options)
    return exit
  } finally {
    await list?.close()
  }
}

function noteFinding(
  { terminal }: App,
  { free, reclaimable, leftAlone, exceptedRows, isLinked }: ReclaimFinding,
  { toFree, except }: ReclaimCommandOptions,
): void {
  if (except !== undefined && exceptedRows === 0) terminal.warn('The file of --except has no rows.')
  if (toFree !== undefined) {
    const missing = Math.max(0, toFree - free)
    const print = missing > reclaimable ? terminal.warn : terminal.note
    print(describeNeed(toFree, free, missing, reclaimable))
    if (missing === 0) return
  }
  const { unknown_activity: activity, unknown_age: age } = leftAlone
  if (activity > 0)
    terminal.note(
      `Kept, since no GitLab Duo activity is recorded: ${formatCount(activity)}. To remove those that are old enough, add --include-never-active.`,
    )
  const hint = isLinked
    ? ' The age of a seat counts from the first sync that found it, since GitLab does not report it.'
    : ''
  if (age > 0)
    terminal.note(
      `Kept, since the age of the seat is unknown: ${formatCount(age)}. To remove those, add --seat-age-unknown take.${hint}`,
    )
}

function describeNeed(needed: number, free: number, missing: number, reclaimable: number): string {
  const need = `${countWords(needed, 'free seat')} wanted, ${formatCount(Math.max(0, free))} free before${describeExcess(free)}:`
  if (missing === 0) return `${need} no seat has to be removed.`
  const removals = `${countWords(missing, 'seat')} to remove`
  return missing <= reclaimable
    ? `${need} ${removals}.`
    : `${need} ${removals}, only ${formatCount(reclaimable)} idle.`
}

/** The table and a refusal report that nothing was written. */
function noteNextStep(
  { terminal }: App,
  { removals, refusal }: RunSummary,
  { format }: Pick<ReclaimCommandOptions, 'format'>,
): void {
  if (removals === 0 || refusal === 'unknown_users') return
  const cap = refusal === 'too_many_removals' ? ` --max-removals ${removals}` : ''
  const outcome = format === 'table' || refusal !== null ? '' : 'Nothing was written. '
  terminal.note(`${outcome}To remove the seats, add --yes${cap}.`)
}
