import { type Command, Option } from 'commander'
import type { AddOn } from '../../domain/add-on.ts'
import { type Cap, defaultRemovalCap, formatCap } from '../../domain/cap.ts'
import { type ShortagePolicy, shortagePolicies } from '../../domain/shortage.ts'
import { fileFormatWords } from '../../report/formats/formats.ts'
import { linkedResultColumns } from '../../report/reports/result-row.ts'
import type { RunFormat } from '../../report/reports/write-run.ts'
import { addOnOption, formatOption, jsonOption, outputOption, parseCap } from './basic-options.ts'
import { columnsOption } from './columns-option.ts'
import { addGitLabOptions, type GitLabOptions } from './gitlab-options.ts'
import { type RequestedReport, reportOption } from './report-option.ts'

export interface SeatRunOptions extends GitLabOptions {
  addOn?: AddOn
  onShortage?: ShortagePolicy
  maxRemovals?: Cap
  dryRun?: boolean
  yes?: boolean
  columns?: string[]
  format: RunFormat
  results?: string
  report?: readonly RequestedReport[]
  push: boolean
  lookup?: boolean
}

export function addSeatRunOptions(command: Command, formats: readonly RunFormat[]): Command {
  command
    .option('--dry-run', 'show the results, but change nothing')
    .addOption(columnsOption(linkedResultColumns))
    .addOption(formatOption(formats))
    .addOption(jsonOption())
    .addOption(outputOption('--results <file>', `also write every result to a file: ${fileFormatWords}`))
    .addOption(reportOption())
    .option('--no-push', 'in a linked store: leave the changes pending until the next sync')
  return addGitLabOptions(command)
}

export function addLookUpOption(command: Command): Command {
  return command.option(
    '--no-lookup',
    'in a linked store: look up no unknown email addresses one by one in GitLab',
  )
}

export function addAddOnOption(command: Command): Command {
  return command.addOption(addOnOption())
}

export function addShortageOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--on-shortage <policy>',
      'with too few seats: "fill" assigns them in order, "fail" assigns none',
    )
      .choices(shortagePolicies)
      .default('fill'),
  )
}

export function addRemovalOptions(command: Command, meaningOfYes?: string): Command {
  return addYesOption(command, meaningOfYes).addOption(
    new Option(
      '--max-removals <number>',
      // The order has the default.
      `refuse to remove more seats than this: a number, or a percentage of the seats held (default: ${formatCap(defaultRemovalCap)})`,
    ).argParser(parseCap),
  )
}

export function addYesOption(command: Command, meaning = 'do not ask for confirmation'): Command {
  return command.option('-y, --yes', meaning)
}
