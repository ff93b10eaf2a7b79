import { type Cap, defaultRemovalCap, defaultUnknownCap, formatCap } from '../domain/cap.ts'
import type { RequestBatch } from '../domain/request.ts'
import { UserError } from '../errors.ts'
import { makeOrder, type Order, type OrderOptions } from './order.ts'
import { findProtectedUsers, requestForUser } from './protected-users.ts'
import { createListSource, type RequestList, readWanted, type SourceContext } from './request-source.ts'

export interface ApplyOptions extends OrderOptions {
  addOnly?: boolean
  removeOnly?: boolean
  /** By default, every row must match a user. */
  maxUnknown?: Cap
  /** A dry run that finds a difference is incomplete. */
  exitCode?: boolean
}

/** @throws UserError for `exitCode` without `dryRun`: after a run no difference is left */
export function orderApply(list: RequestList, options: ApplyOptions): Order {
  if (options.exitCode && !options.dryRun)
    throw new UserError('usage', '--exit-code needs --dry-run.', 'Add --dry-run, or remove --exit-code.')
  const { addOnly = false, removeOnly = false, exitCode = false, maxUnknown = defaultUnknownCap } = options
  const source = createListSource(list, async (context) => ({
    batches: readDifference(list, { addOnly, removeOnly }, context),
    finding: null,
  }))
  return makeOrder(options, {
    command: 'apply',
    source,
    question: addOnly ? null : 'removals',
    usualCap: defaultRemovalCap,
    maxUnknown,
    needsUsers: !addOnly,
    goal: exitCode ? { kind: 'no_difference' } : null,
    recorded: { add_only: addOnly, remove_only: removeOnly, max_unknown: formatCap(maxUnknown) },
  })
}

/** Removals come first: their seats are free for the users of the list. */
async function* readDifference(
  list: RequestList,
  { addOnly, removeOnly }: { addOnly: boolean; removeOnly: boolean },
  context: SourceContext,
): AsyncIterable<RequestBatch> {
  const { store, purchase } = context
  if (!addOnly) {
    const named = await findProtectedUsers(store, list, purchase.id)
    if (named.rows === 0) throw createEmptyListError()
    for (const holders of store.seats.readHolders(purchase.id)) {
      const requests = holders.filter(({ userId }) => !named.has(userId)).map(requestForUser)
      if (requests.length > 0) yield { action: 'take', requests }
    }
  }
  const action = removeOnly ? 'report' : 'give'
  for await (const requests of readWanted(list, context)) yield { action, requests }
}

/** Also for a file without even a header. */
export function createEmptyListError(): UserError {
  return new UserError(
    'refused',
    'The list is empty: every seat would be removed. Nothing was written.',
    'To remove every seat, use "duo-seats list --format csv" and bulk-unassign.',
  )
}
