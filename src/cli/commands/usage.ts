import { extname } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { AddOn } from '../../domain/add-on.ts'
import type { UsageReport } from '../../domain/seat-usage.ts'
import { type PeriodName, periodNames } from '../../domain/usage-periods.ts'
import { createInterruption } from '../../errors.ts'
import { readUsageReport } from '../../history/read-usage-report.ts'
import { type Format, formatNames, writeDocument } from '../../report/formats/formats.ts'
import { createUsageDocument } from '../../report/reports/usage-document.ts'
import type { Store } from '../../store/store.ts'
import type { App, Perform } from '../app.ts'
import { completes } from '../completion/completes.ts'
import { addOnOption, formatOption, jsonOption, parseOutputPath } from '../options/basic-options.ts'
import { type ParsedTime, parseSince } from '../options/parse-time.ts'
import { printReport } from '../print-report.ts'
import { WrittenFile } from '../written-file.ts'

const examples = `
Examples:
  duo-seats usage
  duo-seats usage --by month --since 1y
  duo-seats usage --by day --format csv
  duo-seats usage --by month --chart usage.svg

More: duo-seats help commands`

interface UsageOptions {
  addOn?: AddOn
  by: PeriodName
  since?: ParsedTime
  chart?: string
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
    .addOption(
      completes(
        new Option('--chart <file>', 'also write the seats over time as a picture: an SVG').argParser(
          parseChartPath,
        ),
        'files',
      ),
    )
    .addOption(formatOption(formatNames))
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(perform(printUsage))
}

/** A device has no ending; a picture with another one would not open. */
function parseChartPath(text: string): string {
  const path = parseOutputPath(text)
  if (['', '.svg'].includes(extname(path).toLowerCase())) return path
  throw new InvalidArgumentError('It takes a file that ends with ".svg": the picture is an SVG.')
}

async function printUsage(app: App, options: UsageOptions): Promise<undefined> {
  const { chart, format } = options
  const file = chart === undefined ? null : await WrittenFile.open(app.session, chart)
  try {
    await app.readStore(async (store) => {
      const report = readUsage(app, store, options)
      if (file !== null) await writeChart(file, report)
      await printReport(app, options, createInterruption(), (page) =>
        writeDocument(createUsageDocument(report), format, page),
      )
    })
  } finally {
    await file?.discard()
  }
}

function readUsage({ session }: App, store: Store, { addOn, by, since }: UsageOptions): UsageReport {
  const now = session.readClock()
  return readUsageReport(store, { addOn: addOn ?? null, by, since: since?.(now) ?? null }, now)
}

/** The library of the chart is loaded only here. */
async function writeChart(file: WrittenFile, report: UsageReport): Promise<void> {
  const { writeUsageChart } = await import('../../report/chart/usage-chart.ts')
  await file.write((output) => writeUsageChart(report, output), 'Name another file.')
}
