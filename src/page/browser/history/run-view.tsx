import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { Api } from '../api.ts'
import type { RunDocument } from '../documents.ts'
import { Figure } from '../figure.tsx'
import { FailureNote } from '../frame/failure-note.tsx'
import { orderUndo } from '../plan/order-undo.ts'
import { PlanRows } from '../plan/plan-rows.tsx'
import { countChanges, countDone, countUnconfirmed } from '../plan/seat-plan.ts'
import type { PlanOrder } from '../plan-order.ts'
import { useDocument } from '../use-document.ts'
import type { ShownRunDocument } from './history-documents.ts'
import { type HistoryQuery, linkToHistory } from './history-query.ts'
import { RunFacts } from './run-facts.tsx'

interface RunViewProps {
  api: Api
  view: HistoryQuery
  runId: number
  version: number
  isReady: boolean
  isReadOnly: boolean
  openPlan(order: PlanOrder): void
}

/** The link that opened it is gone, so its heading takes the focus. */
export function RunView({ api, view, runId, version, isReady, isReadOnly, openPlan }: RunViewProps) {
  const {
    document: shown,
    failure,
    isReloading,
  } = useDocument<ShownRunDocument>(api, `runs/${runId}`, version)
  const heading = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => {
    scrollTo({ top: 0 })
    heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <section class="run-page" aria-label={`Run ${runId}`} aria-busy={isReloading}>
      <p>
        <a href={linkToHistory({ ...view, show: 'runs', run: null })}>← All runs</a>
      </p>
      <div class="panel-head">
        <h2 ref={heading} tabIndex={-1}>
          Run {runId}
        </h2>
        {shown !== null && (
          <Undo
            shown={shown}
            isReady={isReady}
            isReadOnly={isReadOnly}
            onUndo={() => openPlan(orderUndo(api, runId))}
          />
        )}
      </div>
      {failure !== null && <FailureNote failure={failure} />}
      {shown !== null && (
        <>
          <RunFacts run={shown.run} />
          <Results shown={shown} />
        </>
      )}
    </section>
  )
}

interface UndoProps {
  shown: ShownRunDocument
  isReady: boolean
  isReadOnly: boolean
  onUndo(): void
}

function Undo({ shown: { undo_refusal }, isReady, isReadOnly, onUndo }: UndoProps) {
  if (undo_refusal !== null) return <p class="text-weak">{undo_refusal.message}</p>
  if (isReadOnly) return null
  return (
    <button type="button" class="button" aria-disabled={!isReady} onClick={() => isReady && onUndo()}>
      Undo …
    </button>
  )
}

function Results({ shown }: { shown: ShownRunDocument }) {
  const document = useMemo(() => toRunDocument(shown), [shown])
  if (document === null || document.results.length === 0) return null
  const { free_before, free_after } = document.summary
  const { given, taken } = countDone(document)
  const unconfirmed = countUnconfirmed(document)
  const unchanged = document.results.length - countChanges(document)
  return (
    <>
      <dl class="numbers">
        <Figure title="Free before" value={free_before} />
        <Figure title="Free after" value={free_after} />
        <Figure title="Given" value={given} />
        <Figure title="Taken" value={taken} />
        {unconfirmed > 0 && <Figure title="Not confirmed" value={unconfirmed} isProblem />}
        {unchanged > 0 && <Figure title="Rows without a change" value={unchanged} />}
      </dl>
      <PlanRows document={document} label="Results by user" />
    </>
  )
}

/** Null for an unfinished run. */
function toRunDocument({ run, summary, results }: ShownRunDocument): RunDocument | null {
  const { finished_at } = run
  if (summary === null || finished_at === null) return null
  return { run: { ...run, finished_at }, summary, results }
}
