import { toSafeJson } from '../escape-controls.ts'
import { groupRows } from '../group-rows.ts'
import type { Page } from '../page.ts'
import type { ReportDocument } from '../report-document.ts'
import { writeJsonRows } from '../write-json-rows.ts'

/** Streamed: the head key by key, then one row a line. */
export async function writeJson(document: ReportDocument, { output }: Page): Promise<void> {
  const head = Object.entries({ schema: 1, ...document.head })
  const keys = head.map(([key, value]) => `  "${key}": ${toSafeJson(value)},\n`)
  await output.write(`{\n${keys.join('')}  "${document.rowsKey}": `)
  await writeJsonRows(document.readRows(), '  ', output)
  await output.write('\n}\n')
}

export async function writeNdjson(document: ReportDocument, { output }: Page): Promise<void> {
  for (const rows of groupRows(document.readRows()))
    await output.write(`${rows.map(toSafeJson).join('\n')}\n`)
}

interface ErrorFacts {
  /** Name of the exit code. */
  code: string
  message: string
  hint: string | null
}

/** Replaces a JSON document that could not be made. */
export function formatErrorJson({ code, message, hint }: ErrorFacts): string {
  return `${toSafeJson({ schema: 1, error: { code, message, hint } })}\n`
}
