import { inAnyOrder } from './in-any-order.ts'
import { isJsonObject, isText, type JsonObject, listObjects, unexpectedAnswer } from './json-object.ts'

/** A page of a list of users. */
export interface ListPage {
  nodes: JsonObject[]
  /** Of the whole list; null where GitLab did not count or was not asked. */
  total: number | null
  endCursor: string | null
  hasNextPage: boolean
  /** How many entries there were, with those that GitLab does not show. */
  size: number
}

/** @param after the cursor behind which it begins; null: the first page */
export type ReadPage = (after: string | null, signal: AbortSignal) => Promise<ListPage>

/** Requests in flight while a list is read. */
const lanes = 4

/**
 * Reads a list to its end. Where cursors are positions and the list is counted, the pages are read side by side and come in any
 * order; else one after the other. People who come and go meanwhile may be on two pages or on none.
 */
export async function* readPages(
  readPage: ReadPage,
  signal: AbortSignal,
): AsyncGenerator<ListPage, void, undefined> {
  const first = await readPage(null, signal)
  yield first
  let last = first
  const cursors = listCursors(first)
  const read = async (after: string, either: AbortSignal) => ({ after, page: await readPage(after, either) })
  for await (const { after, page } of inAnyOrder(cursors, lanes, signal, read)) {
    if (after === cursors.at(-1)) last = page
    yield page
  }
  yield* readOn(last, readPage, signal)
}

/** The pages behind a page: all of them, or those of users who came while the list was read. */
async function* readOn(
  last: ListPage,
  readPage: ReadPage,
  signal: AbortSignal,
): AsyncGenerator<ListPage, void, undefined> {
  let { hasNextPage, endCursor } = last
  while (hasNextPage && endCursor !== null) {
    const page = await readPage(endCursor, signal)
    yield page
    // A cursor that does not move would lead nowhere, for ever.
    hasNextPage = page.hasNextPage && page.endCursor !== endCursor
    endCursor = page.endCursor
  }
}

/**
 * The cursors of all pages behind the first. GitLab pages these lists by offset: the cursor of the last user on a page is the
 * user's position, from 1, in Base64 ("MTAw" is 100). Where the first page shows anything else, there are none.
 */
function listCursors({ endCursor, hasNextPage, size, total }: ListPage): string[] {
  if (!hasNextPage || total === null || size === 0 || endCursor !== encodePosition(size)) return []
  const pages = Math.ceil(total / size)
  return Array.from({ length: Math.max(0, pages - 1) }, (_, index) => encodePosition((index + 1) * size))
}

/** Without padding, as GitLab does it. */
function encodePosition(position: number): string {
  return Buffer.from(String(position)).toString('base64url')
}

/** @param connection an `AddOnUserConnection` */
export function toListPage(connection: JsonObject): ListPage {
  const { nodes, count, pageInfo } = connection
  if (!Array.isArray(nodes) || !isJsonObject(pageInfo)) throw unexpectedAnswer('a list of users')
  return {
    nodes: listObjects(nodes),
    total: typeof count === 'number' ? count : null,
    endCursor: isText(pageInfo['endCursor']) ? pageInfo['endCursor'] : null,
    hasNextPage: pageInfo['hasNextPage'] === true,
    size: nodes.length,
  }
}
