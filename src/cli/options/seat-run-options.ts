import { type Command, Option } from 'commander'
import type { AddOn } from '../../domain/add-on.ts'
import { type ShortagePolicy, shortagePolicies } from '../../domain/plan.ts'
import { defaultRemovalCap, formatRemovalCap, type RemovalCap } from '../../domain/removal-cap.ts'
import type { RunFormat } from '../../report/formats/formats.ts'
import { addOnOption, fileOption, formatOption, parseRemovalCap } from './basic-options.ts'
import { addGitLabOptions, type GitLabOptions } from './gitlab-options.ts'

/** What every command that changes seats can be told. */
export interface SeatRunOptions extends GitLabOptions {
  addOn?: AddOn
  /** Of a command that gives seats. */
  onShortage?: ShortagePolicy
  /** Of a command that takes seats from many. */
  maxRemovals?: RemovalCap
  dryRun?: boolean
  /** Nobody is asked. */
  yes?: boolean
  format: RunFormat
  results?: string
  /** False with `--no-push`. */
  push: boolean
}

export function addSeatRunOptions(command: Command, formats: readonly RunFormat[]): Command {
  command
    .option('--dry-run', 'show what would happen and write nothing')
    .addOption(formatOption(formats))
    .addOption(fileOption('--results <file>', 'also write every result to a file: .json, .ndjson, else CSV'))
    .option('--no-push', 'in a linked store: leave the changes pending until the next sync')
  return addGitLabOptions(command)
}

/** For commands that do not know by themselves whose seats are meant. */
export function addAddOnOption(command: Command): Command {
  return command.addOption(addOnOption())
}

/** For commands that give seats. */
export function addShortageOption(command: Command): Command {
  return command.addOption(
    new Option('--on-shortage <policy>', 'with too few seats: "fill" gives them in order, "fail" gives none')
      .choices(shortagePolicies)
      .default('fill'),
  )
}

/** For commands that take seats from many. */
export function addRemovalOptions(command: Command, meaningOfYes?: string): Command {
  return addYesOption(command, meaningOfYes).addOption(
    new Option(
      '--max-removals <number>',
      'refuse to take more seats than this: a number, or a percentage of those held',
    )
      .argParser(parseRemovalCap)
      .default(defaultRemovalCap, formatRemovalCap(defaultRemovalCap)),
  )
}

export function addYesOption(command: Command, meaning = 'do it without asking'): Command {
  return command.option('-y, --yes', meaning)
}
