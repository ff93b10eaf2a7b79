import type { RunReport } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import { needsConfirmation, type Order } from '../orders/order.ts'
import { orderUndo, requireUndoableRun } from '../orders/undo.ts'
import { formatDocument } from '../report/format-document.ts'
import { explainRefusal } from '../report/reports/explain-refusal.ts'
import { createRunDocument } from '../report/reports/run-document.ts'
import { RunSession } from '../runs/run-session.ts'
import type { Store } from '../store/store.ts'
import { isAtWork } from './is-at-work.ts'
import type { PageContext } from './page-context.ts'
import { orderRun, type RunBody } from './run-body.ts'

/** @returns the document of the run */
export function performRun(context: PageContext, body: RunBody): Promise<string> {
  return performOrder(context, (store) => orderRun(body, store), body.agreed_removals)
}

/** Without a list of agreed removals, the run itself was agreed to: its removals are known. */
export function performUndo(
  context: PageContext,
  runId: number,
  body: { dry_run: boolean; agreed_removals?: readonly number[] | undefined },
): Promise<string> {
  const makeOrder = (store: Store) => {
    const run = requireUndoableRun(store, runId, (actor) => isAtWork(actor, context))
    const yes = body.agreed_removals === undefined
    return orderUndo(run, { onShortage: 'fill', dryRun: body.dry_run, push: true, yes })
  }
  return performOrder(context, makeOrder, body.agreed_removals)
}

function performOrder(
  context: PageContext,
  makeOrder: (store: Store) => Order,
  agreedRemovals: readonly number[] | undefined,
): Promise<string> {
  const { session, actor, connect, work } = context
  return work.run(() =>
    session.useStore({ create: false }, async (store) => {
      const order = makeOrder(store)
      const run = new RunSession(store, order, { ...session, actor, connect })
      try {
        if (order.dryRun) return await formatRun((await run.preview()).report, null)
        const agreed = agreedRemovals === undefined ? undefined : new Set(agreedRemovals)
        if (agreed === undefined) await requireNoQuestion(order, run)
        return await write(run, agreed, context, store)
      } finally {
        run.close()
      }
    }),
  )
}

async function requireNoQuestion(order: Order, run: RunSession): Promise<void> {
  if (order.question === null) return
  const { report } = await run.preview()
  if (report.summary.refusal !== null || !needsConfirmation(order, report.summary)) return
  throw new UserError(
    'usage',
    'The seats of several users would be removed, and the request does not say that the plan was agreed to.',
    'Ask for a dry run, then send its removals as agreed_removals.',
  )
}

async function write(
  run: RunSession,
  agreedRemovals: ReadonlySet<number> | undefined,
  { work }: PageContext,
  store: Store,
): Promise<string> {
  const decided = await run.decide(agreedRemovals)
  const refused = explainRefusal(decided.report)
  if (refused !== null) throw new UserError('refused', refused.sentence, refused.hint)
  const isPushed = store.links.find() !== null
  const push = () => run.push(decided)
  const { report, failure } = isPushed ? await work.show('Pushing', push) : await push()
  return formatRun(report, failure)
}

/** @param failure of GitLab: the rows without an answer are pending */
function formatRun(report: RunReport, failure: UserError | null): Promise<string> {
  const document = createRunDocument(report)
  const refused = explainRefusal(report)
  const refusal = refused && {
    code: report.summary.refusal,
    message: refused.sentence,
    hint: refused.hint,
  }
  const described = failure && { code: failure.exit, message: failure.message, hint: failure.hint }
  return formatDocument({ ...document, head: { ...document.head, refusal, failure: described } })
}
