import { GraphQLError } from 'graphql'

/** GitLab's limit for a page, and the default. */
export const maxNodes = 100

export interface PageArguments {
  first?: number | null
  last?: number | null
  after?: string | null
  before?: string | null
}

interface Window {
  start: number
  end: number
  hasNextPage: boolean
  hasPreviousPage: boolean
}

/**
 * A Relay connection with offset paging, as GitLab's seat lists have. A cursor is the position in the list, from 1, in Base64
 * without padding. The nodes of the page are read at most once.
 */
export class OffsetConnection<Item, Node> {
  readonly #items: readonly Item[]
  readonly #window: Window
  readonly #readNodes: (items: readonly Item[]) => Node[]
  #nodes: Node[] | null = null

  /** @throws GraphQLError for an invalid cursor */
  constructor(items: readonly Item[], page: PageArguments, readNodes: (items: readonly Item[]) => Node[]) {
    this.#items = items
    this.#window = cutWindow(items.length, page)
    this.#readNodes = readNodes
  }

  readonly nodes = (): Node[] => {
    const { start, end } = this.#window
    this.#nodes ??= this.#readNodes(this.#items.slice(start, end))
    return this.#nodes
  }

  readonly edges = (): { cursor: string; node: Node }[] => {
    const { start } = this.#window
    return this.nodes().map((node, index) => ({ cursor: encodeCursor(start + index + 1), node }))
  }

  readonly pageInfo = (): object => {
    const { start, end, hasNextPage, hasPreviousPage } = this.#window
    const isEmpty = start >= end
    return {
      hasNextPage,
      hasPreviousPage,
      startCursor: isEmpty ? null : encodeCursor(start + 1),
      endCursor: isEmpty ? null : encodeCursor(end),
    }
  }

  /** The length of the whole list. With a limit, GitLab stops counting one past it. */
  readonly count = ({ limit }: { limit?: number | null }): number =>
    typeof limit === 'number' ? Math.min(this.#items.length, limit + 1) : this.#items.length
}

function cutWindow(total: number, { first, last, after, before }: PageArguments): Window {
  const offset = decodeCursor(after) ?? 0
  const until = decodeCursor(before)
  const most = limitNodes(first) ?? (typeof last === 'number' ? null : maxNodes)
  const lastNodes = limitNodes(last)

  const from = Math.min(offset, total)
  let end = until === null ? total : Math.max(from, Math.min(until - 1, total))
  const isCut = most !== null && from + most < end
  if (isCut) end = from + most
  const start = lastNodes === null ? from : Math.max(from, end - lastNodes)
  return {
    start,
    end,
    hasNextPage: isCut || (until !== null && until > 0),
    hasPreviousPage: start > 0,
  }
}

function limitNodes(wanted: number | null | undefined): number | null {
  return typeof wanted === 'number' ? Math.max(0, Math.min(wanted, maxNodes)) : null
}

function encodeCursor(position: number): string {
  return Buffer.from(String(position)).toString('base64url')
}

function decodeCursor(cursor: string | null | undefined): number | null {
  if (cursor === null || cursor === undefined) return null
  const digits = Buffer.from(cursor, 'base64').toString('latin1')
  if (!/^\d{1,15}$/.test(digits)) throw new GraphQLError(`Invalid input: ${JSON.stringify(cursor)}`)
  return Number(digits)
}
