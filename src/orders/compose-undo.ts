import type { PurchaseInUse } from '../domain/add-on.ts'
import { type IsAtWork, judgeRunState, type RecordedRun, type RunState } from '../domain/recorded-run.ts'
import type { Request, RequestBatch } from '../domain/request.ts'
import { UserError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { nameUser } from './find-named.ts'

/** First what frees seats. */
const actions = ['take', 'leave', 'give'] as const

/**
 * Asks for the opposite of what a run changed, for everybody whose seat nobody has changed since; the others are left alone.
 *
 * @throws UserError when the run was about a purchase that is not the active one any more
 */
export async function* composeUndo(
  store: Store,
  run: RecordedRun,
  purchase: PurchaseInUse,
): AsyncIterable<RequestBatch> {
  if (run.addOnPurchaseId !== purchase.id)
    throw new UserError(
      'failed',
      `Run ${run.id} was about an add-on purchase that is over. Nothing was written.`,
      `See what it did with "duo-seats runs show ${run.id}".`,
    )
  for (const action of actions)
    for (const users of store.reversals.read(run.id, action)) yield { action, requests: users.map(nameUser) }
}

/** Whom an undo is about: in a linked store some of them may be in none of GitLab's lists any more. */
export async function* readUndone(store: Store, { id }: RecordedRun): AsyncIterable<Request[]> {
  for (const action of actions)
    for (const users of store.reversals.read(id, action)) yield users.map(nameUser)
}

/** @throws UserError when there is no such run, or when it has changed nothing */
export function findRunToUndo(store: Store, id: number, isAtWork: IsAtWork): RecordedRun {
  const run = store.runs.find(id)
  if (run === null)
    throw new UserError('usage', `There is no run ${id}.`, 'List the runs there are with "duo-seats runs".')
  const state = judgeRunState(run, isAtWork)
  if (state === 'finished') return run
  throw new UserError(
    'usage',
    `Run ${id} ${reasons[state]}.`,
    `See what it did with "duo-seats runs show ${id}".`,
  )
}

const reasons: Record<Exclude<RunState, 'finished'>, string> = {
  refused: 'was refused as a whole and changed nothing: there is nothing to undo',
  running: 'is still at work',
  cut_off: 'was cut off and changed nothing: there is nothing to undo',
}
