import { UserError } from '../../errors.ts'
import { parseDelimiter } from './csv-delimiter.ts'

export interface CsvOptions {
  /** One character, `tab` or `\t`; by default the one that fits the first row. */
  delimiter?: string | undefined
  column?: string | undefined
  /** If false, the first cell of each row is a username or an email address. */
  header: boolean
  /** Ends the wait for a pipe. */
  signal?: AbortSignal | undefined
}

export interface CsvChoices {
  delimiter: string | null
  column: string | null
  header: boolean
}

/** @throws UserError if an option is invalid */
export function parseCsvOptions({ delimiter, column, header }: CsvOptions): CsvChoices {
  if (column !== undefined && !header)
    throw new UserError(
      'usage',
      '--column and --no-header exclude each other: without a header, columns have no names.',
      'Leave out --column or --no-header.',
    )
  return {
    delimiter: delimiter === undefined ? null : parseDelimiter(delimiter),
    column: column ?? null,
    header,
  }
}
