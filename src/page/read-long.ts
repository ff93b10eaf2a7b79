import type { Store } from '../store/store.ts'
import type { PageContext } from './page-context.ts'

/** For rows that are read while other requests are answered: a connection reads one query at a time. */
export function readLong<T>({ session }: PageContext, work: (store: Store) => Promise<T>): Promise<T> {
  return session.readStore(work)
}
