import { Argument, InvalidArgumentError, Option } from 'commander'
import { addOnNames } from '../../domain/add-on.ts'
import type { RemovalCap } from '../../domain/removal-cap.ts'
import { completes } from '../completion/completes.ts'

/** A choice between the add-ons whose seats are assigned to users. */
export function addOnOption(): Option {
  return new Option('--add-on <name>', 'the add-on, where the store has several').choices(addOnNames)
}

/** The choice of a format; the first is the default. */
export function formatOption(formats: readonly string[]): Option {
  return new Option('--format <format>', 'how to print').choices(formats).default(formats[0])
}

/** The number of a recorded run. */
export function runArgument(): Argument {
  const number = new Argument('<number>', 'the number of the run, as "duo-seats runs" shows it')
  return completes(number.argParser(parseCount), 'runs')
}

/** An option whose value is the path of a file. */
export function fileOption(flags: string, description: string): Option {
  return completes(new Option(flags, description).argParser(parsePath), 'files')
}

/** The path of a file. An empty text is a variable of a script that was not set: a default would be a surprise. */
export function parsePath(text: string): string {
  if (text === '') throw new InvalidArgumentError('It takes the path of a file.')
  return text
}

const daysPerUnit: Record<string, number> = { d: 1, w: 7 }

/** A span of whole days: `30d`, `6w`, or a bare number of days. */
export function parseDays(text: string): number {
  const [, digits = '', unit = 'd'] = /^(\d{1,5})([dw])?$/i.exec(text.trim()) ?? []
  const days = Number(digits) * (daysPerUnit[unit.toLowerCase()] ?? 0)
  if (digits === '' || days === 0)
    throw new InvalidArgumentError('It takes days or weeks, such as 30d or 6w.')
  return days
}

/** A whole number of rows, 1 or more. */
export function parseCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (count === 0) throw new InvalidArgumentError('It takes a whole number, 1 or more.')
  return count
}

/** A whole number of seats, or a percentage of the seats held: `25`, `10%`. */
export function parseRemovalCap(text: string): RemovalCap {
  const [, digits = '', sign] = /^(\d{1,9})(%)?$/.exec(text.trim()) ?? []
  const number = Number(digits)
  if (digits === '' || (sign === '%' && number > 100))
    throw new InvalidArgumentError('It takes a number of seats, such as 25, or a percentage, such as 10%.')
  return sign === '%' ? { percent: number } : { seats: number }
}
