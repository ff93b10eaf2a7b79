import type { Command } from 'commander'
import { parsePath } from './basic-options.ts'
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
  command.option(
    '--rejects <file>',
    'also write the rows without success to a CSV that can be mended and fed in again',
    parsePath,
  )
  return addListOptions(command)
}

export function addListOptions(command: Command): Command {
  return command
    .option(
      '--delimiter <character>',
      'what stands between cells: a character, or "tab" (default: found out)',
    )
    .option('--column <name>', 'the column that holds the usernames')
    .option('--no-header', 'the file is a bare list without a header line')
}
