import { UserError } from '../../errors.ts'
import { parseEncoding } from '../files/text-encoding.ts'
import { parseDelimiter } from './csv-delimiter.ts'

export interface CsvOptions {
  /** One character, `tab` or `\t`; by default the one that fits the first rows. */
  delimiter?: string | undefined
  /** Columns that count, and no others; by default those with a known name. */
  columns?: readonly string[] | undefined
  /** If false, the first cell of each row is a username or an email address. */
  header: boolean
  /** Name that TextDecoder supports; by default UTF-8 or UTF-16. A byte order mark has precedence. */
  encoding?: string | undefined
  /** Ends the wait for a pipe. */
  signal?: AbortSignal | undefined
}

export interface CsvChoices {
  delimiter: string | null
  /** Empty without `--column`. */
  columns: readonly string[]
  header: boolean
}

interface ParsedCsvOptions {
  choices: CsvChoices
  encoding: string | null
}

/** @throws UserError if an option is invalid */
export function parseCsvOptions({ delimiter, columns = [], header, encoding }: CsvOptions): ParsedCsvOptions {
  if (columns.length > 0 && !header)
    throw new UserError(
      'usage',
      '--column and --no-header exclude each other: without a header, columns have no names.',
      'Leave out --column or --no-header.',
    )
  const choices = { delimiter: delimiter === undefined ? null : parseDelimiter(delimiter), columns, header }
  return { choices, encoding: encoding === undefined ? null : parseEncoding(encoding) }
}
