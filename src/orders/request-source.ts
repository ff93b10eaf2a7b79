import type { PurchaseInUse } from '../domain/add-on.ts'
import type { Day } from '../domain/day.ts'
import type { ReclaimFinding } from '../domain/reclaim.ts'
import type { RecordedOptions } from '../domain/recorded-run.ts'
import type { ListFile, Request, RequestBatch, UserList } from '../domain/request.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { Store } from '../store/store.ts'

export interface SourceContext {
  store: Store
  purchase: PurchaseInUse
  /** By GitLab's own count if it was read; below 0 if too many are held. */
  free: number
  today: Day
}

export interface SourceRequests {
  batches: AsyncIterable<RequestBatch>
  /** Null unless `reclaim`. */
  finding: ReclaimFinding | null
}

/** Each reading yields the same, unless the store has changed. */
export interface RequestSource {
  readonly file: ListFile | null
  /** In a question; absent: in file order. */
  readonly order?: string | undefined
  /** Reads from GitLab before the store is locked; absent if nothing is needed from there. */
  load?: ((gitlab: GitLab) => Promise<void>) | undefined
  /** For the audit trail, once GitLab was read. */
  readonly recorded?: RecordedOptions | undefined
  /** A linked store looks these users up in GitLab. Malformed input throws a UserError with the line. */
  readNamed(store: Store): AsyncIterable<readonly Request[]>
  /** Reads inside the transaction that decides. Input that does not allow the order throws a UserError. */
  readRequests(context: SourceContext): Promise<SourceRequests>
}

/** A list that may come from GitLab. */
export interface RequestList extends UserList, Pick<RequestSource, 'load' | 'order' | 'recorded'> {
  /** The users that get a row; absent if all of the list do. */
  readWanted?(context: SourceContext): AsyncIterable<Request[]>
  readonly isSingle?: boolean
}

export function readWanted(list: RequestList, context: SourceContext): AsyncIterable<Request[]> {
  return list.readWanted?.(context) ?? list.readBatches()
}

export function createListSource(
  list: RequestList,
  readRequests: RequestSource['readRequests'],
): RequestSource {
  return {
    file: list.file,
    load: list.load?.bind(list),
    order: list.order,
    // Known only once GitLab was read.
    get recorded() {
      return list.recorded
    },
    readNamed: () => list.readBatches(),
    readRequests,
  }
}
