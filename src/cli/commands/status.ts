import { type Command, Option } from 'commander'
import type { Cap } from '../../domain/cap.ts'
import { countWords } from '../../domain/count-words.ts'
import type { StatusLimits } from '../../domain/status-condition.ts'
import type { StatusReport } from '../../domain/status-report.ts'
import { createInterruption, type ExitName } from '../../errors.ts'
import { readStatusReport, usualInactiveDays } from '../../history/read-status-report.ts'
import type { Page } from '../../report/page.ts'
import { type StatusFormat, statusFormatNames, writeStatus } from '../../report/reports/write-status.ts'
import type { App, Perform } from '../app.ts'
import { formatOption, jsonOption, parseCap, parseDays } from '../options/basic-options.ts'
import { parseSpan } from '../options/parse-time.ts'
import { type Failure, printReport } from '../print-report.ts'

const examples = `
Examples:
  duo-seats status
  duo-seats status --min-free 5 --max-age 24h --no-ineligible
  duo-seats status --expires-within 30d --max-idle 10%
  duo-seats status --format prometheus > duo_seats.prom

More: duo-seats help commands`

interface StatusOptions {
  minFree?: Cap
  expiresWithin?: number
  maxIdle?: Cap
  inactiveFor: number
  /** Milliseconds. */
  maxAge?: number
  /** commander turns `--no-ineligible` into false. */
  ineligible: boolean
  format: StatusFormat
}

export function addStatusCommand(program: Command, perform: Perform): void {
  program
    .command('status')
    .description(
      'Show the seats of each add-on, the last runs, and what needs attention. Conditions make it end with 3 when one is not met.',
    )
    .addOption(
      new Option('--min-free <limit>', 'at least so many seats are free, such as 5 or 10%').argParser(
        parseCap,
      ),
    )
    .addOption(
      new Option('--expires-within <days>', 'no purchase expires within this time, such as 30d').argParser(
        parseDays,
      ),
    )
    .addOption(
      new Option('--max-idle <limit>', 'at most so many seats are idle, such as 5 or 10%').argParser(
        parseCap,
      ),
    )
    .addOption(
      new Option('--inactive-for <days>', 'a seat without use for so long is idle')
        .argParser(parseDays)
        .default(usualInactiveDays, `${usualInactiveDays}d`),
    )
    .addOption(new Option('--max-age <time>', 'the last sync is not older, such as 24h').argParser(parseSpan))
    .addOption(new Option('--no-ineligible', 'every holder is eligible'))
    .addOption(formatOption(statusFormatNames))
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(perform(printStatus))
}

async function printStatus(app: App, options: StatusOptions): Promise<ExitName | undefined> {
  const { session } = app
  return app.readStore(async (store) => {
    const report = readStatusReport(store, {
      inactiveForDays: options.inactiveFor,
      limits: toLimits(options),
      now: session.readClock(),
      isAtWork: session.isAtWork,
    })
    const failures = describeUnmet(report)
    const write = (page: Page) => writeStatus(report, options.format, page)
    await printReport(app, options, createInterruption(), write, failures)
    return failures.length === 0 ? undefined : 'incomplete'
  })
}

function describeUnmet({ conditions }: StatusReport): Failure[] {
  const unmet = conditions.filter(({ isMet }) => !isMet)
  if (unmet.length === 0) return []
  const count = `${unmet.length} of ${countWords(conditions.length, 'condition')} not met.`
  return [
    {
      message: [count, ...unmet.map(({ message }) => message)].join(' '),
      hint: `Next: ${[...new Set(unmet.map(({ command }) => command))].join(', then ')}`,
    },
  ]
}

function toLimits({ minFree, expiresWithin, maxIdle, maxAge, ineligible }: StatusOptions): StatusLimits {
  return {
    minFree: minFree ?? null,
    expiresWithinDays: expiresWithin ?? null,
    maxIdle: maxIdle ?? null,
    maxAgeMs: maxAge ?? null,
    noIneligible: !ineligible,
  }
}
