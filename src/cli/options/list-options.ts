import type { Command } from 'commander'
import { fileOption } from './basic-options.ts'
import type { SeatRunOptions } from './seat-run-options.ts'

export interface ListOptions {
  delimiter?: string
  column?: string
  header: boolean
}

export interface CsvRunOptions extends SeatRunOptions, ListOptions {
  rejects?: string
}

export function addCsvOptions(command: Command): Command {
  command.addOption(
    fileOption('--rejects <file>', 'also write failed rows to a CSV, to correct and use again'),
  )
  return addListOptions(command)
}

export function addListOptions(command: Command): Command {
  return command
    .option('--delimiter <character>', 'character between cells, or "tab" (default: detected)')
    .option('--column <name>', 'name of the column with the usernames')
    .option('--no-header', 'the file is a plain list without a header line')
}
