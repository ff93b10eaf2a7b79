import { GraphQLError } from 'graphql'
import { maxNodes, type PageArguments } from './offset-connection.ts'

/**
 * A Relay connection whose cursors are keys of rows, as GitLab's list of members has. A row that goes meanwhile moves no other one.
 * It has no count.
 */
export class KeysetConnection<Row extends { id: number }, Node> {
  readonly #rows: readonly Row[]
  readonly #hasNextPage: boolean
  readonly #hasPreviousPage: boolean
  readonly #readNodes: (rows: readonly Row[]) => Node[]
  #nodes: Node[] | null = null

  /**
   * @param rows by id
   * @throws GraphQLError for an invalid cursor
   */
  constructor(
    rows: readonly Row[],
    { first, last, after, before }: PageArguments,
    readNodes: (rows: readonly Row[]) => Node[],
  ) {
    const [from, until] = [decodeCursor(after), decodeCursor(before)]
    const between = rows.filter(({ id }) => (from === null || id > from) && (until === null || id < until))
    const isFromEnd = typeof last === 'number' && typeof first !== 'number'
    const size = Math.max(0, Math.min((isFromEnd ? last : first) ?? maxNodes, maxNodes))
    this.#rows = isFromEnd ? between.slice(Math.max(0, between.length - size)) : between.slice(0, size)
    const isCut = this.#rows.length < between.length
    this.#hasNextPage = (isCut && !isFromEnd) || (until !== null && until > (between.at(-1)?.id ?? 0))
    this.#hasPreviousPage = (isCut && isFromEnd) || from !== null
    this.#readNodes = readNodes
  }

  readonly nodes = (): Node[] => {
    this.#nodes ??= this.#readNodes(this.#rows)
    return this.#nodes
  }

  readonly edges = (): { cursor: string; node: Node }[] => {
    const cursors = this.#rows.map(encodeCursor)
    return this.nodes().map((node, index) => ({ cursor: cursors[index] ?? '', node }))
  }

  readonly pageInfo = (): object => {
    const [firstRow, lastRow] = [this.#rows[0], this.#rows.at(-1)]
    return {
      hasNextPage: this.#hasNextPage,
      hasPreviousPage: this.#hasPreviousPage,
      startCursor: firstRow === undefined ? null : encodeCursor(firstRow),
      endCursor: lastRow === undefined ? null : encodeCursor(lastRow),
    }
  }
}

/** `{"id":"7"}` in Base64 without padding. */
function encodeCursor({ id }: { id: number }): string {
  return Buffer.from(JSON.stringify({ id: String(id) })).toString('base64url')
}

function decodeCursor(cursor: string | null | undefined): number | null {
  if (cursor === null || cursor === undefined) return null
  const [, digits] = /^\{"id":"(\d{1,15})"\}$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (digits === undefined) throw new GraphQLError('Please provide a valid cursor')
  return Number(digits)
}
