import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Request, UserList } from '../../src/domain/request.ts'
import { UserError } from '../../src/errors.ts'
import type { CsvOptions } from '../../src/input/csv/csv-options.ts'
import { type CsvSource, openCsvSource } from '../../src/input/csv/csv-source.ts'
import type { CsvRow } from '../../src/input/csv/row-tokenizer.ts'

/** Creates a directory for the tests of one file, which deletes it afterwards. */
export function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'duo-seats-test-'))
  afterAll(() => rmSync(directory, { recursive: true }))
  return directory
}

let files = 0

/** Writes a new file and returns its path. */
export function writeInput(directory: string, content: string | Uint8Array): string {
  files += 1
  const path = join(directory, `list-${files}.csv`)
  writeFileSync(path, content)
  return path
}

/** Adds a byte order mark. */
export function encodeUtf16(text: string, order: 'little' | 'big'): Buffer {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
  return order === 'little' ? bytes : bytes.swap16()
}

export async function readAllRequests(source: UserList): Promise<Request[]> {
  const requests: Request[] = []
  for await (const batch of source.readBatches()) requests.push(...batch)
  return requests
}

export async function readAllRows(source: CsvSource): Promise<CsvRow[]> {
  const rows: CsvRow[] = []
  for await (const batch of source.readRows()) rows.push(...batch)
  return rows
}

export async function withSource<Answer>(
  path: string,
  options: Partial<CsvOptions>,
  use: (source: CsvSource) => Promise<Answer>,
): Promise<Answer> {
  const source = await openCsvSource(path, { header: true, ...options })
  try {
    return await use(source)
  } finally {
    await source.close()
  }
}

/** Returns the line, the input and the filled keys of each request. */
export async function readShort(path: string, options: Partial<CsvOptions> = {}): Promise<unknown[]> {
  const requests = await withSource(path, options, readAllRequests)
  return requests.map(({ line, input, keys, problem }) => {
    const read: Record<string, unknown> = problem === null ? {} : { problem }
    for (const { kind, value } of keys) read[kind] = kind in read ? [read[kind], value] : value
    return [line, input, read]
  })
}

/** Returns the exit name, the sentence and the hint of a refusal, with FILE for the path. */
export async function readRefusal(path: string, options: Partial<CsvOptions> = {}): Promise<string[]> {
  try {
    await withSource(path, options, readAllRequests)
  } catch (error) {
    if (error instanceof UserError) return [error.exit, error.message.replaceAll(path, 'FILE'), error.hint]
    throw error
  }
  return ['not refused']
}
