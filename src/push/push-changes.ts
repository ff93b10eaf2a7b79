import { countWords, formatCount } from '../domain/count-words.ts'
import { UserError } from '../errors.ts'
import type { GitLabContext } from './push-context.ts'
import { type PushedPurchase, PushLedger, type RefusedChange } from './push-ledger.ts'
import { pushPurchase } from './push-purchase.ts'

interface PushEnd {
  /** Null after an answer to every change. */
  failure: UserError | null
  /** By GitLab's own count; null if it was not asked again. */
  free: number | null
}

/** For changes never sent, with a free seat each. Without an answer they stay pending. The caller holds the push lock. */
export async function pushFresh(purchase: PushedPurchase, context: GitLabContext): Promise<PushEnd> {
  const ledger = new PushLedger(purchase, context)
  try {
    return { failure: null, free: await pushPurchase('fresh', { ...context, ledger }) }
  } catch (error) {
    return { failure: explainFailure(error, ledger, context), free: null }
  }
}

function explainFailure(
  error: unknown,
  ledger: PushLedger,
  { store: { pendingChanges } }: GitLabContext,
): UserError {
  if (error instanceof UserError) return addPending(error, pendingChanges.count())
  if (!isAbort(error)) throw error
  return describeInterruption(ledger, pendingChanges.count(ledger.purchase.id))
}

/** Node's own errors for an aborted signal share this name. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

function describeInterruption({ confirmed, refused }: PushLedger, pending: number): UserError {
  const total = confirmed + refused.length + pending
  const refusals = refused.length === 0 ? '' : ` ${formatCount(refused.length)} refused,`
  const stay = pending === 1 ? 'stays' : 'stay'
  return new UserError(
    'interrupted',
    `Interrupted while pushing: ${formatCount(confirmed)} of ${countWords(total, 'change')} confirmed,${refusals} ${formatCount(pending)} ${stay} pending.`,
    'Run "duo-seats sync" to push the rest; it is safe to repeat.',
  )
}

export interface EarlierPush {
  confirmed: number
  refused: RefusedChange[]
  /** Changes that wait for a renewal, or for a GitLab that can change seats. */
  pending: number
}

/**
 * For changes that may have been sent before. Changes without an answer stay pending. The caller holds the push lock.
 *
 * @returns null when nothing was pending
 * @throws DeniedError, UnreachableError
 */
export async function pushEarlierChanges(context: GitLabContext): Promise<EarlierPush | null> {
  const { store, gitlab } = context
  if (store.pendingChanges.count() === 0) return null
  try {
    const ledgers = gitlab.capabilities.givesSeats ? await pushShown(context) : []
    return {
      confirmed: ledgers.reduce((sum, { confirmed }) => sum + confirmed, 0),
      refused: ledgers.flatMap(({ refused }) => refused),
      pending: store.pendingChanges.count(),
    }
  } catch (error) {
    throw error instanceof UserError ? addPending(error, store.pendingChanges.count()) : error
  }
}

async function pushShown(context: GitLabContext): Promise<PushLedger[]> {
  const { store, gitlab } = context
  const shown = await gitlab.readPurchases()
  const ledgers: PushLedger[] = []
  for (const purchaseId of store.pendingChanges.listPurchases()) {
    const purchase = shown.find(({ id }) => id === purchaseId)
    if (purchase === undefined) continue
    const ledger = new PushLedger(purchase, context)
    await pushPurchase('unknown', { ...context, ledger })
    ledgers.push(ledger)
  }
  return ledgers
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
