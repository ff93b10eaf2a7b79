import { formatCount } from '../../domain/count-words.ts'
import type { RunDocument } from './documents.ts'
import { countChanges } from './seat-plan.ts'

interface PlanSummaryProps {
  document: RunDocument
  bought: number
}

/** Seats before and after. */
export function PlanSummary({ document, bought }: PlanSummaryProps) {
  const { free_before, free_after, short } = document.summary
  return (
    <dl class="numbers plan-numbers">
      <Change title="Seats held" before={bought - free_before} after={bought - free_after} />
      <Change title="Seats free" before={free_before} after={free_after} />
      <div>
        <dt>{document.run.command === 'assign' ? 'Given' : 'Taken'}</dt>
        <dd>{formatCount(countChanges(document))}</dd>
      </div>
      {document.run.command === 'assign' && (
        <div class={short > 0 ? 'text-problem' : ''}>
          <dt>Go without</dt>
          <dd>{formatCount(short)}</dd>
        </div>
      )}
    </dl>
  )
}

interface ChangeProps {
  title: string
  before: number
  after: number
}

function Change({ title, before, after }: ChangeProps) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {formatCount(before)} <span aria-hidden="true">→</span>
        <span class="visually-hidden">, after it</span> {formatCount(after)}
      </dd>
    </div>
  )
}
