import { UserError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { Push, type PushContext } from './push.ts'
import type { PushTotals } from './push-ledger.ts'

/** How a push of what a run has just staged ended. */
export interface PushEnd {
  /** Why GitLab has not answered for all of it, the signal included; else null. */
  failure: UserError | null
  /** How many seats are free by GitLab's own count, where it had to be asked again; else null. */
  free: number | null
}

/**
 * Sends the pending changes of one purchase to GitLab, in the order in which they were staged, and writes down each answer at once:
 * killed at any moment, the next push goes on where this one stopped. Nothing of them was sent before, and by GitLab's own
 * count there is a free seat for each that is given, once the others are taken.
 *
 * The caller holds the push lock.
 *
 * What GitLab has not answered for stays pending.
 */
export async function pushFresh(purchaseId: number, context: PushContext): Promise<PushEnd> {
  const totals: PushTotals = { confirmed: 0, refused: [] }
  try {
    return { failure: null, free: await new Push(purchaseId, context, totals).run('fresh') }
  } catch (error) {
    return { failure: describeFailure(error, purchaseId, context.store, totals), free: null }
  }
}

function describeFailure(
  error: unknown,
  purchaseId: number,
  { pendingSeats }: Store,
  totals: PushTotals,
): UserError {
  if (error instanceof UserError) return describeUnfinishedPush(error, pendingSeats.count())
  if (!isAbort(error)) throw error
  const { give, take } = pendingSeats.findPending(purchaseId)
  return describeInterruptedPush(totals, give.size + take.size)
}

/** Node has errors of its own for it, of one name. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

function describeInterruptedPush({ confirmed, refused }: PushTotals, pending: number): UserError {
  const total = confirmed + refused.length + pending
  const refusals = refused.length === 0 ? '' : ` ${refused.length} refused,`
  return new UserError(
    'interrupted',
    `Interrupted while pushing: ${confirmed} of ${total} changes confirmed,${refusals} ${pending} stay pending.`,
    'Run "duo-seats sync" to push the rest; nothing is done twice.',
  )
}

/** What became of what earlier commands left pending. */
export interface LeftoverTotals extends PushTotals {
  /** They wait for a renewal of their purchase, which GitLab does not show, or for a GitLab that can change seats. */
  pending: number
}

/**
 * Sends what earlier commands left pending, and completes the results of their runs. It may have been sent before.
 *
 * The caller holds the push lock.
 *
 * @returns null when nothing was pending
 * @throws DeniedError, UnreachableError what was not answered stays pending
 */
export async function pushLeftovers(context: PushContext): Promise<LeftoverTotals | null> {
  const { pendingSeats } = context.store
  if (pendingSeats.count() === 0) return null
  const totals: PushTotals = { confirmed: 0, refused: [] }
  if (!context.gitlab.capabilities.givesSeats) return { ...totals, pending: pendingSeats.count() }
  try {
    const shown = new Set((await context.gitlab.readPurchases()).map(({ id }) => id))
    for (const purchaseId of pendingSeats.listPurchases())
      if (shown.has(purchaseId)) await new Push(purchaseId, context, totals).run('unknown')
  } catch (error) {
    throw error instanceof UserError ? describeUnfinishedPush(error, pendingSeats.count()) : error
  }
  return { ...totals, pending: pendingSeats.count() }
}

/**
 * An error that ends a push, told together with what it leaves behind.
 *
 * @param pending changes that GitLab has not confirmed
 */
function describeUnfinishedPush(error: UserError, pending: number): UserError {
  const left = pending === 1 ? '1 change is pending' : `${pending} changes are pending`
  return new UserError(
    error.exit,
    `${error.message} Not confirmed by GitLab: ${left}.`,
    `${error.hint} Nothing is lost: "duo-seats sync" finishes what is pending.`,
    error.cause,
  )
}
