import type { AddOn } from '../domain/add-on.ts'
import { dayOf } from '../domain/day.ts'
import { UserError } from '../errors.ts'
import { requirePurchase, requireUndoableRun } from '../orders/undo.ts'
import { formatJson } from '../report/formats/format-json.ts'
import { createShownRunDocument } from '../report/reports/shown-run-document.ts'
import { showRun } from '../runs/show-run.ts'
import { chooseActivePurchase } from '../seats/choose-purchase.ts'
import { isAtWork } from './is-at-work.ts'
import type { PageContext } from './page-context.ts'
import { readLong } from './read-long.ts'

/** The document of `runs show`; `undo_refusal` contains why the run cannot be undone, or is null. */
export function readRun(context: PageContext, id: number): Promise<string> {
  const refusal = findUndoRefusal(context, id)
  return readLong(context, (store) => {
    const { run, state, report } = showRun(store, id, (actor) => isAtWork(actor, context))
    const document = createShownRunDocument(run, state, report)
    return formatJson({ ...document, head: { ...document.head, undo_refusal: refusal } })
  })
}

/** The sentence of `undo`; null if it would not refuse. */
function findUndoRefusal(context: PageContext, id: number) {
  try {
    const run = requireUndoableRun(context.store, id, (actor) => isAtWork(actor, context))
    requirePurchase(run, chooseActive(context, run.purchaseAddOn))
    return null
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { code: error.exit, message: error.message, hint: error.hint }
  }
}

function chooseActive({ store, session }: PageContext, addOn: AddOn) {
  return chooseActivePurchase(store.addOnPurchases.listKnown(), addOn, dayOf(session.readClock()))
}
