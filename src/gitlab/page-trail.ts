import { unexpectedAnswer } from './answer-fields.ts'
import type { UnreachableError } from './http/gitlab-error.ts'
import { isText, type JsonObject } from './http/json-object.ts'

export interface PageEnd {
  endCursor: string | null
  hasNextPage: boolean
  /** Number of entries, hidden ones included. */
  size: number
}

/** Five million users: more than any GitLab has. */
const mostPages = 50_000

const mostCursorCharacters = 1_000

/** Notices a list that would never end, or that ends before its last page: the missing users would count as gone. */
export class PageTrail {
  readonly #seen = new Set<string>()
  readonly #createError: (what: string) => UnreachableError
  #pages = 0

  /** @param createError gets GitLab's fault, as in `repeats a page` */
  constructor(createError: (what: string) => UnreachableError) {
    this.#createError = createError
  }

  count(): void {
    this.#pages += 1
    if (this.#pages > mostPages) throw this.#createError(`has more than ${mostPages} pages`)
  }

  /**
   * @returns the cursor of the next page; null after the last page
   * @throws the error of the constructor
   */
  follow({ endCursor, hasNextPage, size }: PageEnd): string | null {
    this.count()
    if (!hasNextPage) return null
    if (size === 0) throw this.#createError('has an empty page before its end')
    if (endCursor === null) throw this.#createError('names no next page')
    if (this.#seen.has(endCursor)) throw this.#createError('repeats a page')
    this.#seen.add(endCursor)
    return endCursor
  }
}

/** @param pageInfo of a connection */
export function readPageEnd({ endCursor, hasNextPage }: JsonObject, size: number): PageEnd {
  if (typeof hasNextPage !== 'boolean') throw unexpectedAnswer('a page of a list')
  const isCursor = isText(endCursor) && endCursor.length <= mostCursorCharacters
  return { endCursor: isCursor ? endCursor : null, hasNextPage, size }
}
