import type { Result } from '../domain/result.ts'
import type { RunReport } from '../domain/run.ts'
import type { WorkEvent } from '../domain/work-event.ts'
import { UserError } from '../errors.ts'
import { needsConfirmation, type Order } from '../orders/order.ts'
import { orderUndo, requireUndoableRun } from '../orders/undo.ts'
import { formatJson } from '../report/formats/format-json.ts'
import { explainRefusal } from '../report/reports/explain-refusal.ts'
import { createRunDocument } from '../report/reports/run-document.ts'
import { RunSession } from '../runs/run-session.ts'
import type { Store } from '../store/store.ts'
import { isAtWork } from './is-at-work.ts'
import type { PageContext } from './page-context.ts'
import { orderRun, type RunBody } from './run-body.ts'
import { trimResults } from './trim-results.ts'

/** @returns the document of the run */
export function performRun(context: PageContext, body: RunBody): Promise<string> {
  return performOrder(context, { makeOrder: (store) => orderRun(body, store) }, body.agreed_removals)
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
  return performOrder(context, { makeOrder }, body.agreed_removals)
}

interface WatchedOrder {
  makeOrder: (store: Store) => Order
  /** Besides the usual events. */
  tell?: (event: WorkEvent) => void
  /** Returns more keys for the head of the document. */
  describe?: (report: RunReport) => object
  /** Whether a long document has the result in any case. */
  isKept?: (result: Result) => boolean
}

export function performOrder(
  context: PageContext,
  watched: WatchedOrder,
  agreedRemovals: readonly number[] | undefined,
): Promise<string> {
  return useRun(context, watched, async (run, order, store) => {
    if (order.dryRun) return await formatRun(await plan(run, context, store), null, watched)
    const agreed = agreedRemovals === undefined ? undefined : new Set(agreedRemovals)
    if (agreed === undefined) await requireNoQuestion(order, run)
    const { report, failure } = await write(run, agreed, context, store)
    if (failure !== null) context.work.noteFailure(failure)
    return formatRun(report, failure, watched)
  })
}

/** @param format reads the report, which is gone afterwards */
export function previewOrder(
  context: PageContext,
  makeOrder: () => Order,
  format: (report: RunReport) => Promise<string>,
): Promise<string> {
  return useRun(context, { makeOrder }, async (run, _, store) => format(await plan(run, context, store)))
}

/** A plan that asks GitLab may take long. */
async function plan(run: RunSession, { work }: PageContext, store: Store): Promise<RunReport> {
  const preview = () => run.preview()
  const { report } = store.links.isLinked() ? await work.show('Planning', preview) : await preview()
  return report
}

function useRun(
  { session, actor, connect, work }: PageContext,
  { makeOrder, tell = () => {} }: WatchedOrder,
  use: (run: RunSession, order: Order, store: Store) => Promise<string>,
): Promise<string> {
  const tellBoth = (event: WorkEvent) => {
    tell(event)
    session.tell(event)
  }
  return work.run(() =>
    session.useStore({ create: false }, async (store) => {
      const order = makeOrder(store)
      const run = new RunSession(store, order, { ...session, tell: tellBoth, actor, connect })
      try {
        return await use(run, order, store)
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
    'The seats of several users would be removed, and the request contains no plan that was agreed to.',
    'Ask for a dry run, then send its removals as agreed_removals.',
  )
}

async function write(
  run: RunSession,
  agreedRemovals: ReadonlySet<number> | undefined,
  { work }: PageContext,
  store: Store,
): Promise<{ report: RunReport; failure: UserError | null }> {
  const decided = await run.decide(agreedRemovals)
  const refused = explainRefusal(decided.report)
  if (refused !== null) throw new UserError('refused', refused.sentence, refused.hint)
  const push = () => run.push(decided)
  return store.links.isLinked() ? await work.show('Pushing', push) : await push()
}

/** @param failure of GitLab: the rows without an answer are pending */
async function formatRun(
  report: RunReport,
  failure: UserError | null,
  { describe = () => ({}), isKept = () => false }: WatchedOrder,
): Promise<string> {
  const trimmed = await trimResults(report, isKept)
  const document = createRunDocument(
    trimmed === null ? report : { ...report, readResults: () => trimmed.results },
  )
  const described = failure && { code: failure.exit, message: failure.message, hint: failure.hint }
  const { omitted, digest } = trimmed ?? {}
  const trimming = trimmed === null ? {} : { omitted, digest }
  const head = { refusal: null, ...document.head, failure: described, ...trimming, ...describe(report) }
  return formatJson({ ...document, head })
}
