import type { IncomingMessage } from 'node:http'
import { UserError } from '../errors.ts'
import { type CsvSource, readCsvSource } from '../input/csv/csv-source.ts'
import { UnclearHeaderError } from '../input/csv/header-errors.ts'
import type { InputFile } from '../input/files/input-file.ts'
import { commonEncodings } from '../input/files/text-encoding.ts'
import { describeIgnored } from '../report/reports/describe-list.ts'
import type { ListDocument } from './documents.ts'
import type { ListReading } from './list-body.ts'
import type { PageContext } from './page-context.ts'
import { readBytes } from './read-body.ts'

/** For a million rows. */
const mostListBytes = 32 * 1024 * 1024

const longestName = 200

/** Keeps the body as a list. */
export async function addList(
  { lists }: PageContext,
  request: IncomingMessage,
  query: URLSearchParams,
  reading: ListReading,
): Promise<string> {
  const id = await lists.add(
    nameList(query.get('name')),
    readBytes(request, mostListBytes, 'Split the list.'),
  )
  return lists.use(id, (file) => formatList(id, file, reading))
}

export function readList({ lists }: PageContext, id: string, reading: ListReading): Promise<string> {
  return lists.use(id, (file) => formatList(id, file, reading))
}

/** Standard input is called `-`. */
function nameList(name: string | null): string {
  const last = (name ?? '').split(/[/\\]/).at(-1)?.trim().slice(0, longestName) ?? ''
  return last === '' || last === '-' ? 'list.csv' : last
}

async function formatList(id: string, file: InputFile, reading: ListReading): Promise<string> {
  const facts: ListFacts = { id, name: file.name, bytes: file.bytes, encodings: commonEncodings }
  const document: { list: ListDocument['list'] } = {
    list: { ...facts, ...(await describeList(file, reading)) },
  }
  return `${JSON.stringify({ schema: 1, ...document })}\n`
}

type ListFacts = Pick<ListDocument['list'], 'id' | 'name' | 'bytes' | 'encodings'>

type ReadFacts = Omit<ListDocument['list'], keyof ListFacts>

async function describeList(file: InputFile, reading: ListReading): Promise<ReadFacts> {
  try {
    const source = await readCsvSource(file, reading)
    const rows = await countRows(source)
    const { columns, keyColumns, delimiter } = source
    const keys = keyColumns.map(({ index }) => columns?.[index] ?? '')
    return {
      rows,
      columns,
      key_columns: columns === null ? [] : keys,
      delimiter,
      notes: describeIgnored(source),
      problem: null,
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const columns = error instanceof UnclearHeaderError ? error.columns : null
    const problem = { code: error.exit, message: error.message, hint: error.hint }
    return { rows: null, columns, key_columns: [], delimiter: null, notes: [], problem }
  }
}

/** Reads to the end, so a malformed line is found before a plan is made. */
async function countRows(source: CsvSource): Promise<number> {
  let rows = 0
  for await (const requests of source.readBatches()) rows += requests.length
  return rows
}
