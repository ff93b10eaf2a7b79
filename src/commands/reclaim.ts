import { type Command, InvalidArgumentError, Option } from 'commander'
import type { App, OpenApp } from '../app.ts'
import { dayOf } from '../domain/day.ts'
import type { RequestSource } from '../domain/request.ts'
import { createNameSource } from '../input/name-source.ts'
import { formatNames } from '../report/formats.ts'
import { composeReclaim, type ReclaimFinding } from '../workflows/compose-reclaim.ts'
import { parseDays, parsePath } from './options.ts'
import { runWithResultsFile } from './seat-run.ts'
import {
  addAddOnOption,
  addRemovalOptions,
  addSeatRunOptions,
  type SeatRunOptions,
} from './seat-run-options.ts'

const examples = `
Examples:
  duo-seats reclaim --inactive-for 60d
  duo-seats reclaim --inactive-for 60d --except board.csv --yes
  duo-seats reclaim --inactive-for 60d --to-free 12

Without --yes it only shows whose seat would be taken, and why. A seat that is younger than the time is left alone,
and so is one whose age is unknown. No recorded use is not idle, unless --include-never-active says so. Holders who
are not eligible any more come first: GitLab takes their seats anyway.`

interface ReclaimCommandOptions extends SeatRunOptions {
  inactiveFor: number
  includeNeverActive?: boolean
  except?: string
  toFree?: number
}

export function addReclaimCommand(program: Command, openApp: OpenApp): void {
  const command = program
    .command('reclaim')
    .description('Take back seats that nobody has used GitLab Duo with for some time. Dry without --yes.')
    .addOption(
      new Option('--inactive-for <time>', 'without GitLab Duo activity for so long, such as 60d or 8w')
        .argParser(parseDays)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--to-free <number>', 'take only as many as it needs to have so many seats free').argParser(
        parseSeats,
      ),
    )
    .option('--except <file>', 'a CSV of people who keep their seats', parsePath)
    .option('--include-never-active', 'no recorded use counts as idle, once the seat is old enough')
    .addHelpText('after', examples)
  addRemovalOptions(addSeatRunOptions(addAddOnOption(command), formatNames)).action(
    async (options: ReclaimCommandOptions) => reclaim(await openApp(), options),
  )
}

function parseSeats(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It takes a number of seats.')
  return Number(text)
}

async function reclaim(app: App, options: ReclaimCommandOptions): Promise<void> {
  const { inactiveFor: days, toFree = null, includeNeverActive = false, yes = false } = options
  const { source, close } = await openExcepted(app, options.except)
  try {
    let found: ReclaimFinding | null = null
    const rules = { today: dayOf(app.readClock()), days, includeNeverActive, toFree, except: source }
    const onFound = (finding: ReclaimFinding) => {
      found = finding
    }
    await runWithResultsFile(app, {
      command: 'reclaim',
      source,
      compose: (store, purchase) => composeReclaim(store, purchase, { ...rules, onFound }),
      noted: { inactive_for: `${days}d`, to_free: toFree, include_never_active: includeNeverActive },
      options: { ...options, dryRun: options.dryRun === true || !yes },
    })
    if (found !== null) sayWhatWasFound(app, found, toFree)
    if (!yes) app.terminal.note('Nothing was taken. Add --yes to take the seats.')
  } finally {
    await close()
  }
}

interface Excepted {
  source: RequestSource
  close: () => Promise<void>
}

async function openExcepted({ signal }: App, path: string | undefined): Promise<Excepted> {
  if (path === undefined) return { source: createNameSource([]), close: async () => {} }
  const { openCsvSource } = await import('../input/csv-source.ts')
  const source = await openCsvSource(path, { header: true, signal })
  return { source, close: () => source.close() }
}

function sayWhatWasFound(
  { terminal }: App,
  { free, reclaimable, leftOut }: ReclaimFinding,
  toFree: number | null,
): void {
  if (toFree !== null) terminal.note(answerNeed(toFree, free, reclaimable))
  const { unknown_activity: activity = 0, unknown_age: age = 0 } = leftOut
  if (activity > 0)
    terminal.note(
      `Left alone, since no GitLab Duo activity is recorded, which is not idle: ${activity}. --include-never-active takes those that are old enough.`,
    )
  if (age > 0) terminal.note(`Left alone, since nobody knows how old their seat is: ${age}.`)
}

function answerNeed(needed: number, free: number, reclaimable: number): string {
  const missing = Math.max(0, needed - free)
  if (missing === 0) return `Need ${needed}, ${free} free: nothing has to be taken.`
  return missing <= reclaimable
    ? `Need ${needed}, ${free} free: ${missing} idle ${missing === 1 ? 'seat' : 'seats'} would do.`
    : `Need ${needed}, ${free} free: ${missing} idle seats would do, and there are ${reclaimable}.`
}
