import { loadCsvFormatter } from '../formats/format-csv.ts'
import type { TextOutput } from '../text-output.ts'
import type { InputRow } from './rejects-file.ts'

interface ListFileOptions {
  /** Null without a header. */
  columns: readonly string[] | null
  delimiter: string
  hasBom: boolean
  rows: AsyncIterable<InputRow[]>
}

export async function writeList(output: TextOutput, options: ListFileOptions): Promise<void> {
  const { columns, delimiter, hasBom, rows } = options
  const formatCsv = await loadCsvFormatter(delimiter)
  if (hasBom) await output.write('\ufeff')
  if (columns !== null) await output.write(formatCsv([columns]))
  for await (const batch of rows) await output.write(formatCsv(batch.map(({ cells }) => cells)))
  await output.end()
}
