import type { CsvError } from 'csv-parse'
import type { UserError } from '../../errors.ts'
import { createLineError } from '../files/malformed-line.ts'
import { type CsvRow, type RowFault, RowTokenizer, type TokenizedRows } from './row-tokenizer.ts'

/**
 * Includes the header. A malformed text throws a UserError with the line, after the rows before that line.
 *
 * @param label the file as messages name it
 */
export async function* readRows(
  text: AsyncIterable<string>,
  delimiter: string,
  label: string,
): AsyncGenerator<CsvRow[]> {
  const tokenizer = new RowTokenizer(delimiter)
  for await (const piece of text) yield* checkRows(label, await tokenizer.write(piece))
  yield* checkRows(label, await tokenizer.end())
}

function* checkRows(label: string, { rows, fault }: TokenizedRows): Generator<CsvRow[]> {
  if (rows.length > 0) yield rows
  if (fault !== null) throw createFaultError(label, fault)
}

const strayQuote = {
  problem: 'a quote (") is in the middle of a cell.',
  hint: 'Put the whole cell in quotes, and double each quote inside it: "Ada ""Countess"" Lovelace".',
}

const faults: Partial<Record<CsvError['code'], { problem: string; hint: string }>> = {
  CSV_QUOTE_NOT_CLOSED: {
    problem: 'a quote (") is opened in this row and never closed.',
    hint: 'Close the quote at the end of its cell, or delete it.',
  },
  CSV_MAX_RECORD_SIZE: {
    problem: 'this row is 1 MiB or longer.',
    hint: 'Look for a quote (") that is opened in this row and never closed.',
  },
}

export function createFaultError(label: string, { line, cause }: RowFault): UserError {
  const { problem, hint } = faults[cause.code] ?? strayQuote
  return createLineError({ label, line }, problem, hint, cause)
}
