import { InvalidArgumentError, Option } from 'commander'
import { UserError } from '../../errors.ts'

/** @param known the keys of the rows, as in CSV */
export function columnsOption(known: readonly string[]): Option {
  return new Option(
    '--columns <names>',
    'print only these columns, in this order: keys of --format csv, with commas between them',
  ).argParser((text, chosen: readonly string[] = []) => [
    ...new Set([...chosen, ...parseColumns(text, known)]),
  ])
}

/** In any case, and with `-` for `_`; a repeat is dropped. */
function parseColumns(text: string, known: readonly string[]): string[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase().replaceAll('-', '_'))
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new InvalidArgumentError(
      `The column "${unknown}" does not exist. The columns are: ${known.join(', ')}.`,
    )
  return names
}

/** For a format without columns. */
export function refuseColumns(columns: readonly string[] | undefined, report: string): void {
  if (columns !== undefined)
    throw new UserError(
      'usage',
      `${report} does not have columns.`,
      'Leave out --columns, or add --format csv.',
    )
}

/**
 * For columns that depend on another option.
 *
 * @param cause such as `without --user`
 */
export function refuseOtherColumns(
  columns: readonly string[] | undefined,
  known: readonly string[],
  cause: string,
): void {
  const other = columns?.find((name) => !known.includes(name))
  if (other !== undefined)
    throw new UserError(
      'usage',
      `The column "${other}" does not exist ${cause}.`,
      `The columns are: ${known.join(', ')}.`,
    )
}
