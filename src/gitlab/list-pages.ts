import { unexpectedAnswer } from './answer-fields.ts'
import { UnreachableError } from './http/gitlab-error.ts'
import { isJsonObject, type JsonObject, listObjects } from './http/json-object.ts'
import { inAnyOrder } from './in-any-order.ts'
import { type PageEnd, PageTrail, readPageEnd } from './page-trail.ts'

export interface ListPage extends PageEnd {
  nodes: JsonObject[]
  /** The length of the whole list, as GitLab reports it; null if the answer contains no count. */
  total: number | null
}

/** @param after cursor of the entry before the page; null: the first page */
export type ReadPage<Page extends ListPage> = (after: string | null, signal: AbortSignal) => Promise<Page>

const lanes = 4

/**
 * Reads all pages of a list. If cursors are positions and the list has a count, the pages are read in parallel and come in any
 * order; otherwise one by one. If users come or go meanwhile, a user may be on two pages or on none.
 *
 * @throws UnreachableError for a list without an end
 */
export async function* readPages<Page extends ListPage>(
  readPage: ReadPage<Page>,
  signal: AbortSignal,
): AsyncGenerator<Page, void, undefined> {
  const trail = new PageTrail(createEndlessError)
  const first = await readPage(null, signal)
  yield first
  let last = { position: 0, page: first }
  let isEnd = false
  const read = async (position: number, either: AbortSignal) => {
    const page = await readPage(encodePosition(position), either)
    // The count may be wrong, so it is no reason to read on.
    isEnd ||= page.size === 0 || !page.hasNextPage
    return { position, page }
  }
  const positions = listPositions(first, () => isEnd)
  for await (const { position, page } of inAnyOrder(positions, lanes, signal, read)) {
    trail.count()
    if (position > last.position) last = { position, page }
    yield page
  }
  if (!isEnd) yield* readOn(last.page, trail, readPage, signal)
}

async function* readOn<Page extends ListPage>(
  last: Page,
  trail: PageTrail,
  readPage: ReadPage<Page>,
  signal: AbortSignal,
): AsyncGenerator<Page, void, undefined> {
  for (let after = trail.follow(last); after !== null; ) {
    const page = await readPage(after, signal)
    yield page
    after = trail.follow(page)
  }
}

/**
 * The positions of all counted pages after the first. GitLab pages these lists by offset: the end cursor of a page is the position
 * of its last user, from 1, in Base64 ("MTAw" is 100).
 *
 * @returns nothing if the first page has another kind of cursor
 */
function* listPositions(
  { endCursor, hasNextPage, size, total }: ListPage,
  isEnd: () => boolean,
): Iterable<number> {
  if (!hasNextPage || total === null || size === 0 || endCursor !== encodePosition(size)) return
  for (let position = size; position < total && !isEnd(); position += size) yield position
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
    ...readPageEnd(pageInfo, nodes.length),
    nodes: listObjects(nodes),
    total: Number.isSafeInteger(count) ? (count as number) : null,
  }
}

function createEndlessError(what: string): UnreachableError {
  return new UnreachableError(
    `GitLab did not list all users of the purchase: the list ${what}.`,
    'Run the same command again. If it fails again, add --debug and report it with the version of GitLab.',
  )
}
