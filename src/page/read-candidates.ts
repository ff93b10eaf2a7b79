import * as v from 'valibot'
import type { Request } from '../domain/request.ts'
import type { ListedUser } from '../domain/seat-list.ts'
import type { CsvSource } from '../input/csv/csv-source.ts'
import { readCsvSource } from '../input/csv/csv-source.ts'
import { findCandidates } from '../runs/find-candidates.ts'
import { parseListReading } from './list-body.ts'
import type { PageContext } from './page-context.ts'
import { addOnParameter, parseQuery, wholeNumber } from './parse-query.ts'
import { formatUsers, openUsers } from './read-users.ts'
import { createUsageError } from './refused-request.ts'
import { parseUsersQuery } from './users-query.ts'

const mostCandidates = 10

const candidatesQuery = v.object({ line: wholeNumber(1, 999_999_999), add_on: addOnParameter })

/** @returns users that a row may mean, the likely ones first, as rows of the table */
export function readCandidates(context: PageContext, id: string, query: URLSearchParams): Promise<string> {
  const { line, add_on } = parseQuery(candidatesQuery, query)
  return context.lists.use(id, async (file) => {
    const source = await readCsvSource(file, parseListReading(query))
    const request = await findRequest(source, line)
    if (request === null) throw createUsageError(`The list has no row on line ${line}.`)
    const users = findUsers(context, request, add_on ?? '').slice(0, mostCandidates)
    return formatUsers(context, { total: users.length, users })
  })
}

async function findRequest(source: CsvSource, line: number): Promise<Request | null> {
  for await (const requests of source.readBatches()) {
    const request = requests.find((one) => one.line === line)
    if (request !== undefined) return request
  }
  return null
}

function findUsers(context: PageContext, request: Request, addOn: string): ListedUser[] {
  const search = (text: string) => searchUsers(context, text, addOn)
  const named = findCandidates(request, context.store).flatMap(
    ({ userId, username }) => search(username).find((user) => user.userId === userId) ?? [],
  )
  const similar = listSearches(request).flatMap(search)
  return [...new Map([...named, ...similar].map((user) => [user.userId, user])).values()]
}

/** The cell as it is, and the name in an address. */
function listSearches({ input }: Request): string[] {
  const [name = ''] = input.replace(/^@/, '').split('@')
  return [...new Set([input, name])].filter((text) => text.length > 1)
}

function searchUsers(context: PageContext, text: string, addOn: string): ListedUser[] {
  const query = parseUsersQuery(new URLSearchParams({ search: text.slice(0, 1_000), add_on: addOn }))
  return context.table.read(openUsers(context, query), 0, query.limit).users
}
