import { inAnyOrder } from './in-any-order.ts'
import { isJsonObject, isText, type JsonObject, listObjects, unexpectedAnswer } from './json-object.ts'

export interface ListPage {
  nodes: JsonObject[]
  /** The length of the whole list; null if the answer contains no count. */
  total: number | null
  endCursor: string | null
  hasNextPage: boolean
  /** Number of entries, hidden ones included. */
  size: number
}

/** @param after cursor of the entry before the page; null: the first page */
export type ReadPage = (after: string | null, signal: AbortSignal) => Promise<ListPage>

/** Requests in flight while a list is read. */
const lanes = 4

/**
 * Reads all pages of a list. If cursors are positions and the list has a count, the pages are read in parallel and come in any
 * order; otherwise one by one. If users come or go meanwhile, a user may be on two pages or on none.
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

async function* readOn(
  last: ListPage,
  readPage: ReadPage,
  signal: AbortSignal,
): AsyncGenerator<ListPage, void, undefined> {
  let { hasNextPage, endCursor } = last
  while (hasNextPage && endCursor !== null) {
    const page = await readPage(endCursor, signal)
    yield page
    // A repeated cursor would make an endless loop.
    hasNextPage = page.hasNextPage && page.endCursor !== endCursor
    endCursor = page.endCursor
  }
}

/**
 * The cursors of all pages after the first, computed in advance. GitLab pages these lists by offset: the end cursor of a page is
 * the position of its last user, from 1, in Base64 ("MTAw" is 100).
 *
 * @returns [] if the first page has another kind of cursor
 */
function listCursors({ endCursor, hasNextPage, size, total }: ListPage): string[] {
  if (!hasNextPage || total === null || size === 0 || endCursor !== encodePosition(size)) return []
  const pages = Math.ceil(total / size)
  return Array.from({ length: Math.max(0, pages - 1) }, (_, index) => encodePosition((index + 1) * size))
}

/** Without padding, like GitLab. */
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
