import type { PurchaseInUse } from '../domain/add-on.ts'
import { type IsAtWork, judgeRunState, type RecordedRun, type RunState } from '../domain/recorded-run.ts'
import type { Request, RequestBatch } from '../domain/request.ts'
import { UserError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { makeOrder, type Order, type OrderOptions } from './order.ts'
import { requestForUser } from './protected-users.ts'
import type { RequestSource } from './request-source.ts'
import { requireRun } from './require-run.ts'

/** The run decides the add-on and the number of removals. */
export function orderUndo(run: RecordedRun, options: OrderOptions): Order {
  return makeOrder(
    { ...options, addOn: run.purchaseAddOn },
    {
      command: 'undo',
      source: createUndoSource(run),
      question: 'removals',
      recorded: { undone_run: run.id, add_on: null, max_removals: null },
    },
  )
}

function createUndoSource(run: RecordedRun): RequestSource {
  return {
    file: null,
    readNamed: (store) => readChangedUsers(store, run),
    readRequests: async ({ store, purchase }) => {
      requirePurchase(run, purchase)
      return { batches: readOpposite(store, run), finding: null }
    },
  }
}

/** Removals come first: their seats are free for the users after them. */
const actions = ['take', 'skip_changed', 'give'] as const

async function* readOpposite({ reversals }: Store, { id }: RecordedRun): AsyncIterable<RequestBatch> {
  for (const action of actions)
    for (const users of reversals.read(id, action)) yield { action, requests: users.map(requestForUser) }
}

/** Some of these users may be in no list of GitLab any more. */
async function* readChangedUsers(store: Store, run: RecordedRun): AsyncIterable<readonly Request[]> {
  for await (const { requests } of readOpposite(store, run)) yield requests
}

/** @throws UserError when the purchase of the run is no longer the active one */
export function requirePurchase(run: RecordedRun, { id }: PurchaseInUse): void {
  if (run.addOnPurchaseId === id) return
  throw new UserError(
    'failed',
    `The add-on purchase of run ${run.id} is over. Nothing was written.`,
    `To see what the run did: duo-seats runs show ${run.id}`,
  )
}

/** @throws UserError for an unknown, refused or unfinished run */
export function requireUndoableRun(store: Store, id: number, isAtWork: IsAtWork): RecordedRun {
  const run = requireRun(store, id)
  const state = judgeRunState(run, isAtWork)
  if (state === 'finished') return run
  throw new UserError(
    'usage',
    `Run ${id} ${obstacles[state]}.`,
    `To see what the run did: duo-seats runs show ${id}`,
  )
}

const obstacles: Record<Exclude<RunState, 'finished'>, string> = {
  refused: 'was refused as a whole and changed nothing, so it cannot be undone',
  running: 'is still running',
  cut_off: 'was cut off and changed nothing, so it cannot be undone',
}
