import { toSafeJson } from './escape-controls.ts'
import { groupRows } from './group-rows.ts'
import type { TextOutput } from './text-output.ts'

/** An array, streamed with one row a line. @param indent that of the line which holds the array */
export async function writeJsonRows(
  rows: Iterable<object>,
  indent: string,
  output: TextOutput,
): Promise<void> {
  let separator = ''
  await output.write('[')
  for (const group of groupRows(rows)) {
    const lines = group.map((row) => `\n${indent}  ${toSafeJson(row)}`)
    await output.write(`${separator}${lines.join(',')}`)
    separator = ','
  }
  await output.write(separator === '' ? ']' : `\n${indent}]`)
}
