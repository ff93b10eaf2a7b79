import { type Command, InvalidArgumentError, Option } from 'commander'
import { dayOf } from '../../domain/day.ts'
import type { RequestSource } from '../../domain/request.ts'
import type { RunSummary } from '../../domain/run.ts'
import { composeReclaim, type ReclaimFinding } from '../../orders/compose-reclaim.ts'
import { createNameSource } from '../../orders/name-source.ts'
import { countWords } from '../../report/count-words.ts'
import { formatNames } from '../../report/formats/formats.ts'
import type { App, OpenApp } from '../app.ts'
import { addListOptions, type ListOptions, openList } from '../csv-run.ts'
import { fileOption, parseDays } from '../options/basic-options.ts'
import {
  addAddOnOption,
  addRemovalOptions,
  addSeatRunOptions,
  type SeatRunOptions,
} from '../options/seat-run-options.ts'
import { runWithResultsFile } from '../seat-run.ts'

const examples = `
Examples:
  duo-seats reclaim --inactive-for 60d
  duo-seats reclaim --inactive-for 60d --except board.csv --yes
  duo-seats reclaim --inactive-for 60d --to-free 12

Without --yes it only shows whose seat would be taken, and why. A seat that is younger than the time is left alone,
and so is one whose age is unknown; in a linked store it is as old as the first sync that showed it. No recorded use is
not idle, unless --include-never-active says so. Holders who are not eligible any more come first: GitLab takes their
seats anyway. The file of --except is as for bulk-assign; see "duo-seats help csv". Where a row of it names nobody, no
seat is taken: it may be a misspelt name.`

interface ReclaimCommandOptions extends SeatRunOptions, ListOptions {
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
    .addOption(fileOption('--except <file>', 'a CSV of people who keep their seats'))
    .option('--include-never-active', 'no recorded use counts as idle, once the seat is old enough')
    .addHelpText('after', examples)
  addRemovalOptions(addSeatRunOptions(addAddOnOption(command), formatNames), 'take the seats')
  addListOptions(command).action(async (options: ReclaimCommandOptions) => reclaim(await openApp(), options))
}

function parseSeats(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It takes a number of seats.')
  return Number(text)
}

async function reclaim(app: App, options: ReclaimCommandOptions): Promise<void> {
  const { inactiveFor: days, toFree = null, includeNeverActive = false, except = null, yes = false } = options
  const { source, close } = await openExcepted(app, options)
  try {
    let found: ReclaimFinding | null = null
    const rules = { today: dayOf(app.readClock()), days, includeNeverActive, toFree, except: source }
    const onFound = (finding: ReclaimFinding) => {
      found = finding
    }
    const summary = await runWithResultsFile(app, {
      command: 'reclaim',
      source,
      compose: (store, purchase) => composeReclaim(store, purchase, { ...rules, onFound }),
      // Whoever is misspelled in a list of people to protect would lose the seat.
      needsKnownUsers: true,
      isIncomplete: ({ freeAfter }) => toFree !== null && freeAfter < toFree,
      noted: { inactive_for: `${days}d`, to_free: toFree, include_never_active: includeNeverActive, except },
      options: { ...options, dryRun: options.dryRun === true || !yes },
    })
    if (found !== null) sayWhatWasFound(app, found, options)
    if (!yes) sayHowToTake(app, summary)
  } finally {
    await close()
  }
}

interface Excepted {
  source: RequestSource
  close: () => Promise<void>
}

async function openExcepted(app: App, options: ReclaimCommandOptions): Promise<Excepted> {
  if (options.except === undefined) return { source: createNameSource([]), close: async () => {} }
  const source = await openList(app, options.except, options)
  return { source, close: () => source.close() }
}

function sayWhatWasFound(
  { terminal }: App,
  { free, reclaimable, leftOut, exceptedRows, isLinked }: ReclaimFinding,
  { toFree, except }: ReclaimCommandOptions,
): void {
  if (except !== undefined && exceptedRows === 0) terminal.warn('--except names nobody.')
  if (toFree !== undefined) {
    const missing = Math.max(0, toFree - free)
    const say = missing > reclaimable ? terminal.warn : terminal.note
    say(answerNeed(toFree, free, missing, reclaimable))
    if (missing === 0) return
  }
  const { unknown_activity: activity = 0, unknown_age: age = 0 } = leftOut
  if (activity > 0)
    terminal.note(
      `Left alone, since no GitLab Duo activity is recorded, which is not idle: ${activity}. --include-never-active takes those that are old enough.`,
    )
  const hint = isLinked
    ? ' A seat counts from the first sync that showed it, since GitLab does not tell.'
    : ''
  if (age > 0) terminal.note(`Left alone, since nobody knows how old their seat is: ${age}.${hint}`)
}

function answerNeed(needed: number, free: number, missing: number, reclaimable: number): string {
  const surplus = free < 0 ? ` (${-free} too many are held)` : ''
  const need = `Need ${needed}, ${Math.max(0, free)} free${surplus}:`
  if (missing === 0) return `${need} nothing has to be taken.`
  const enough = `${countWords(missing, 'idle seat')} would do`
  if (missing <= reclaimable) return `${need} ${enough}.`
  return `${need} ${enough}, and there ${reclaimable === 1 ? 'is' : 'are'} ${reclaimable}.`
}

function sayHowToTake({ terminal }: App, { removals, refusal }: RunSummary): void {
  if (removals === 0 || refusal === 'unknown_users') return
  const cap = refusal === 'too_many_removals' ? ` --max-removals ${removals}` : ''
  terminal.note(`Nothing was taken. Add --yes${cap} to take the seats.`)
}
