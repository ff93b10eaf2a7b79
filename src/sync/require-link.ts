import type { Link } from '../domain/link.ts'
import { UserError } from '../errors.ts'
import type { Store } from '../store/store.ts'

/** @throws UserError for a store that is not linked */
export function requireLink(store: Store): Link {
  const link = store.links.find()
  if (link !== null) return link
  throw new UserError(
    'usage',
    'The store is not linked to a GitLab, so there is nothing to sync with.',
    'Link it with "duo-seats link URL", or use a snapshot: duo-seats sync --from snapshot.json',
  )
}
