import { Argument, InvalidArgumentError, Option } from 'commander'
import { expandHome } from '../../config.ts'
import { addOnNames } from '../../domain/add-on.ts'
import type { Cap } from '../../domain/cap.ts'
import { completes } from '../completion/completes.ts'

export function addOnOption(): Option {
  return new Option('--add-on <name>', 'choose the add-on; needed if both are active').choices(addOnNames)
}

/** The first format is the default. */
export function formatOption(formats: readonly string[]): Option {
  return new Option('--format <format>', 'output format').choices(formats).default(formats[0])
}

/** Other tools have it. */
export function jsonOption(): Option {
  return new Option('--json', 'the same as --format json').implies({ format: 'json' }).hideHelp()
}

export type RunNumber = number | 'last'

export function runArgument(): Argument {
  const number = new Argument('<number>', 'number of the run, as "duo-seats runs" prints it, or "last"')
  return completes(number.argParser(parseRun), 'runs')
}

function parseRun(text: string): RunNumber {
  if (text === 'last') return text
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It takes the number of a run, or "last".')
}

export function fileOption(flags: string, description: string): Option {
  return completes(new Option(flags, description).argParser(parsePath), 'files')
}

/** An empty text is an unset variable of a script: a default would be a surprise. */
export function parsePath(text: string): string {
  if (text === '') throw new InvalidArgumentError('It takes the path of a file.')
  return expandHome(text, process.env)
}

/** A file that is written beside the report. */
export function outputOption(flags: string, description: string): Option {
  return completes(new Option(flags, description).argParser(parseOutputPath), 'files')
}

/** stdout has the report. */
export function parseOutputPath(text: string): string {
  if (text === '-') throw new InvalidArgumentError('It takes the path of a file: stdout has the report.')
  return parsePath(text)
}

/** The CSV of a command with members of groups as the other choice. */
export function listArgument(): Argument {
  const file = new Argument('[file]', 'a CSV file, or - for standard input')
  return completes(
    file.argParser((text) => expandHome(text, process.env)),
    'files',
  )
}

const daysPerUnit: Record<string, number> = { d: 1, w: 7 }

/** `30d`, `6w`, or a number of days. */
export function parseDays(text: string): number {
  const [, digits = '', unit = 'd'] = /^(\d{1,5})([dw])?$/i.exec(text.trim()) ?? []
  const days = Number(digits) * (daysPerUnit[unit.toLowerCase()] ?? 0)
  if (digits === '' || days === 0)
    throw new InvalidArgumentError('It takes days or weeks, such as 30d or 6w.')
  return days
}

export function parseCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (count === 0) throw new InvalidArgumentError('It takes a whole number, 1 or more.')
  return count
}

/** `25` or `10%`. */
export function parseCap(text: string): Cap {
  const [, digits = '', sign] = /^(\d{1,9})(%)?$/.exec(text.trim()) ?? []
  const number = Number(digits)
  if (digits === '' || (sign === '%' && number > 100))
    throw new InvalidArgumentError('It takes a number, such as 25, or a percentage, such as 10%.')
  return sign === '%' ? { percent: number } : { number }
}
