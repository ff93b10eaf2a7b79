import { formatCount } from '../../../domain/count-words.ts'
import type { AddOnRow, RunDocument } from '../documents.ts'
import { Figure } from '../figure.tsx'
import { countDone, countUnconfirmed, isGivingOnly } from './seat-plan.ts'

interface PlanSummaryProps {
  document: RunDocument
  /** All of the store. */
  addOns: readonly AddOnRow[]
}

/** Seats before and after. */
export function PlanSummary({ document, addOns }: PlanSummaryProps) {
  const { run, summary } = document
  const { free_before, free_after, short } = summary
  const bought = addOns.find(({ add_on }) => add_on === run.add_on)?.bought ?? 0
  const { given, taken } = countDone(document)
  const unconfirmed = countUnconfirmed(document)
  const isGiving = isGivingOnly(run)
  const [give, take] = run.dry_run ? ['To give', 'To take'] : ['Given', 'Taken']
  return (
    <dl class="numbers">
      <Change title="Seats held" before={bought - free_before} after={bought - free_after} />
      <Change title="Seats free" before={free_before} after={free_after} />
      {(isGiving || given > 0) && <Figure title={give} value={given} />}
      {!(isGiving && taken === 0) && <Figure title={take} value={taken} />}
      {unconfirmed > 0 && <Figure title="Not confirmed" value={unconfirmed} isProblem />}
      {(isGiving || short > 0) && <Figure title="Short of seats" value={short} isProblem={short > 0} />}
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
