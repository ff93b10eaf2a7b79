import { countWords, formatCount } from '../domain/count-words.ts'
import { UserError } from '../errors.ts'
import type { PushTotals } from './push-ledger.ts'
import { type PushContext, PushRun } from './push-run.ts'

export interface PushEnd {
  /** Null after an answer to every change. */
  failure: UserError | null
  /** By GitLab's own count; null if it was not asked again. */
  free: number | null
}

/** For changes never sent, with a free seat each. Without an answer they stay pending. The caller holds the push lock. */
export async function pushFresh(purchaseId: number, context: PushContext): Promise<PushEnd> {
  const totals: PushTotals = { confirmed: 0, refused: [] }
  try {
    return { failure: null, free: await new PushRun(purchaseId, context, totals).run('fresh') }
  } catch (error) {
    return { failure: explainFailure(error, purchaseId, context, totals), free: null }
  }
}

function explainFailure(
  error: unknown,
  purchaseId: number,
  { store: { pendingChanges } }: PushContext,
  totals: PushTotals,
): UserError {
  if (error instanceof UserError) return addPending(error, pendingChanges.count())
  if (!isAbort(error)) throw error
  return describeInterruption(totals, pendingChanges.count(purchaseId))
}

/** Node's own errors for an aborted signal share this name. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

function describeInterruption({ confirmed, refused }: PushTotals, pending: number): UserError {
  const total = confirmed + refused.length + pending
  const refusals = refused.length === 0 ? '' : ` ${formatCount(refused.length)} refused,`
  const stay = pending === 1 ? 'stays' : 'stay'
  return new UserError(
    'interrupted',
    `Interrupted while pushing: ${formatCount(confirmed)} of ${formatCount(total)} changes confirmed,${refusals} ${formatCount(pending)} ${stay} pending.`,
    'Run "duo-seats sync" to push the rest; it is safe to repeat.',
  )
}

export interface EarlierPush extends PushTotals {
  /** Changes that wait for a renewal, or for a GitLab that can change seats. */
  pending: number
}

/**
 * For changes that may have been sent before. Changes without an answer stay pending. The caller holds the push lock.
 *
 * @returns null when nothing was pending
 * @throws DeniedError, UnreachableError
 */
export async function pushEarlierChanges(context: PushContext): Promise<EarlierPush | null> {
  const { store, gitlab } = context
  if (store.pendingChanges.count() === 0) return null
  const totals: PushTotals = { confirmed: 0, refused: [] }
  try {
    if (gitlab.capabilities.givesSeats) await pushShown(context, totals)
  } catch (error) {
    throw error instanceof UserError ? addPending(error, store.pendingChanges.count()) : error
  }
  return { ...totals, pending: store.pendingChanges.count() }
}

async function pushShown(context: PushContext, totals: PushTotals): Promise<void> {
  const { store, gitlab } = context
  const shown = new Set((await gitlab.readPurchases()).map(({ id }) => id))
  for (const purchaseId of store.pendingChanges.listPurchases())
    if (shown.has(purchaseId)) await new PushRun(purchaseId, context, totals).run('unknown')
}

function addPending(error: UserError, pending: number): UserError {
  const left = `${countWords(pending, 'change')} ${pending === 1 ? 'is' : 'are'} pending`
  return new UserError(
    error.exit,
    `${error.message} Not confirmed by GitLab: ${left}.`,
    `${error.hint} Nothing is lost: "duo-seats sync" completes the pending changes.`,
    error.cause,
  )
}
