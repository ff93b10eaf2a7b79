import type { Link } from '../domain/link.ts'
import type { RunActor } from '../domain/run.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { Session } from '../session.ts'
import type { SeatTable } from '../store/seat-table.ts'
import type { Store } from '../store/store.ts'
import type { ChangeFeed } from './change-feed.ts'
import type { ListShelf } from './list-shelf.ts'
import type { PageWork } from './page-work.ts'
import type { StoreFile } from './store-file.ts'

/** All that the answers to requests need. */
export interface PageContext {
  /** For reading only: each write opens the store anew, so that no answer contains what is not committed. */
  store: Store
  storeFile: StoreFile
  table: SeatTable
  session: Session
  /** The system user, and that the page was used. */
  actor: RunActor
  isReadOnly: boolean
  /** A command line that starts the same page again. */
  startCommand: string
  connect: (link: Link) => Promise<GitLab>
  work: PageWork
  /** That browsers sent. */
  lists: ListShelf
  feed: ChangeFeed
}
