import { type Command, Option } from 'commander'
import { completes } from '../completion/completes.ts'
import { outputOption } from './basic-options.ts'
import type { SeatRunOptions } from './seat-run-options.ts'

export interface CsvReadingOptions {
  delimiter?: string
  column?: string[]
  header: boolean
  encoding?: string
}

export interface CsvRunOptions extends SeatRunOptions, CsvReadingOptions {
  rejects?: string
}

export function addCsvOptions(command: Command): Command {
  command.addOption(
    outputOption('--rejects <file>', 'also write failed rows to a CSV, to correct and use again'),
  )
  return addListOptions(command)
}

export function addListOptions(command: Command): Command {
  return command
    .option('--delimiter <character>', 'character between cells, or "tab" (default: detected)')
    .option('--column <name>', 'column that names the users, and no other; may be repeated', addValue)
    .addOption(
      completes(
        new Option('--encoding <name>', 'such as windows-1252 (default: UTF-8 or UTF-16, detected)'),
        'encodings',
      ),
    )
    .option('--no-header', 'the file is a plain list without a header line')
}

function addValue(value: string, values: readonly string[] = []): string[] {
  return [...values, value]
}
