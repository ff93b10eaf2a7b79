import type { PurchaseInUse } from '../domain/add-on.ts'
import type { Day } from '../domain/day.ts'
import type { ReclaimFinding } from '../domain/reclaim.ts'
import type { Request, RequestBatch, UserList } from '../domain/request.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { Store } from '../store/store.ts'

/** What requests are made from. */
export interface SourceContext {
  store: Store
  purchase: PurchaseInUse
  /** In UTC. */
  today: Day
}

export interface SourceRequests {
  batches: AsyncIterable<RequestBatch>
  /** For `reclaim`; else null. */
  finding: ReclaimFinding | null
}

/** The origin of an order's requests. Each reading yields the same, unless the store has changed. */
export interface RequestSource {
  /** The path of the file as typed, `-` for standard input, null without a file. */
  readonly name: string | null
  /** SHA-256 of the file in hexadecimal, once it was read to its end; null without a file. */
  readonly sha256: string | null
  /** The share of the current reading that is done, from 0 to 1. */
  readonly progress: number
  /**
   * Reads what the source needs from GitLab, before the store is locked. A source without this method needs nothing from GitLab.
   *
   * @throws UserError
   */
  load?(gitlab: GitLab): Promise<void>
  /**
   * The users that are named. In a linked store they are looked up in GitLab.
   *
   * @throws UserError where the input is malformed, with the line
   */
  readNamed(store: Store): AsyncIterable<readonly Request[]>
  /**
   * The requests, inside the transaction that decides them.
   *
   * @throws UserError where the input does not allow the order
   */
  readRequests(context: SourceContext): Promise<SourceRequests>
}

/** A source whose named users are a list. Its facts follow the list's: a file's hash is known once it was read. */
export function createListSource(list: UserList, readRequests: RequestSource['readRequests']): RequestSource {
  return {
    get name() {
      return list.name
    },
    get sha256() {
      return list.sha256
    },
    get progress() {
      return list.progress
    },
    readNamed: () => list.readBatches(),
    readRequests,
  }
}
