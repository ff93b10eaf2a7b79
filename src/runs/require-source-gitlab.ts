import type { Link } from '../domain/link.ts'
import { UserError } from '../errors.ts'
import type { Order } from '../orders/order.ts'

/** @throws UserError if GitLab must fill the source, and the run does not read from GitLab */
export function requireSourceGitLab({ source, push }: Order, link: Link | null): void {
  if (source.load === undefined) return
  if (link === null)
    throw new UserError(
      'usage',
      'Members of a group are read from GitLab, and this store is not linked to one. Nothing was written.',
      'Link it first: duo-seats link https://gitlab.example.com',
    )
  if (!push)
    throw new UserError(
      'usage',
      'Members of a group are read from GitLab, and --no-push does not read from it. Nothing was written.',
      'Leave out --no-push. For a plan without a change, use --dry-run.',
    )
}
