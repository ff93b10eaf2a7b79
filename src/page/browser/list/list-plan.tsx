import { useLayoutEffect, useMemo, useState } from 'preact/hooks'
import { formatCount } from '../../../domain/count-words.ts'
import { escapeControls } from '../../../domain/escape-controls.ts'
import { runCommands } from '../../../domain/run-command.ts'
import type { PageProgress } from '../../documents.ts'
import type { AddOnRow, RunAgreement, RunDocument } from '../documents.ts'
import { useStoreWords } from '../frame/store-context.ts'
import { describePlanning, describeStep } from '../plan/describe-step.ts'
import { MainButton, Permission } from '../plan/plan-dialog.tsx'
import { PlanSummary } from '../plan/plan-summary.tsx'
import { useKeptFocus } from '../plan/use-kept-focus.ts'
import { type PlanState, usePlan } from '../plan/use-plan.ts'
import type { Candidates } from './candidates.ts'
import { Downloads } from './downloads.tsx'
import { type Choices, formatChoices, type KeptList, noChoices } from './kept-list.ts'
import type { ListOrder } from './list-documents.ts'
import { ListRows } from './list-rows.tsx'

interface ListPlanProps {
  kept: KeptList
  order: ListOrder
  addOns: readonly AddOnRow[]
  progress: PageProgress | null
  searchUsers: Candidates['search']
  onOrder(change: Partial<ListOrder>): void
  onChoose(change: (choices: Choices) => Choices): void
  onApplying(isApplying: boolean): void
  /** @param onDone when the run is undone */
  onUndo(runId: number, onDone: () => void): void
  onProblem(message: string): void
}

/** The plan of the list, and in the same place its result. */
export function ListPlan(props: ListPlanProps) {
  const { kept, order, progress, onApplying } = props
  const [round, setRound] = useState(0)
  const request = useMemo(
    () => ({ ...kept.reading, ...formatChoices(kept.choices), ...order }),
    [kept.reading, kept.choices, JSON.stringify(order)],
  )
  const run = (agreement: RunAgreement) => kept.api.run({ ...request, ...agreement })
  const state = usePlan({ run }, JSON.stringify([kept.list.id, request, round]))
  const { step, isStale } = state
  useLayoutEffect(() => onApplying(step.kind === 'applying'), [step.kind])
  const status = useKeptFocus(step.kind)
  const words = useStoreWords()
  const isBusy = step.kind === 'planning' || isStale
  const isWarning = step.kind === 'failed' || (step.kind === 'plan' && step.hasChanged)
  const planAgain = () => setRound((old) => old + 1)
  return (
    <section class={`list-plan${isStale ? ' list-stale' : ''}`} aria-label="Plan" aria-busy={isBusy}>
      <p ref={status} tabIndex={-1} role="status" class={isWarning ? 'text-problem' : 'text-weak'}>
        {isBusy ? describePlanning(progress) : describeStep(step, progress)}
      </p>
      {step.kind === 'failed' && <p>{words(step.failure.hint ?? '')}</p>}
      {step.kind !== 'planning' && step.kind !== 'failed' && (
        <PlanBody {...props} state={state} document={step.kind === 'done' ? step.run : step.plan} />
      )}
      <PlanButtons {...props} state={state} onPlanAgain={planAgain} />
    </section>
  )
}

interface PlanBodyProps extends ListPlanProps {
  state: PlanState
  document: RunDocument
}

function PlanBody({ kept, order, addOns, searchUsers, state, document, onOrder, onChoose }: PlanBodyProps) {
  const isPlan = state.step.kind === 'plan'
  const candidates: Candidates = {
    propose: async (line, signal) =>
      (await kept.api.readCandidates(line, order.add_on, kept.reading, signal)).users,
    search: searchUsers,
  }
  return (
    <>
      <PlanSummary document={document} addOns={addOns} />
      {isPlan && <Refusal plan={document} />}
      {isPlan && <Shortage plan={document} order={order} onOrder={onOrder} />}
      {document.notes?.map((note) => (
        <p key={note} class="list-note">
          {escapeControls(note)}
        </p>
      ))}
      <ListRows
        document={document}
        choices={kept.choices}
        candidates={candidates}
        canChoose={isPlan}
        onChoose={onChoose}
      />
    </>
  )
}

/** Too many removals are allowed beside the button. */
function Refusal({ plan }: { plan: RunDocument }) {
  const { refusal = null } = plan
  if (refusal === null || refusal.code === 'too_many_removals') return null
  return (
    <div>
      <p class="text-problem">{escapeControls(refusal.message)}</p>
      {refusal.code === 'unknown_users' && (
        <p>Choose the user of each unclear row below, or leave the row out.</p>
      )}
    </div>
  )
}

interface PlanButtonsProps extends ListPlanProps {
  state: PlanState
  onPlanAgain(): void
}

function PlanButtons(props: PlanButtonsProps) {
  const { kept, order, state, onPlanAgain, onChoose, onUndo, onProblem } = props
  const hasChoices = kept.choices.settled.size + kept.choices.leftOut.size > 0
  const [typed, setTyped] = useState('')
  const { step, isStale, apply } = state
  const document = 'plan' in step ? step.plan : 'run' in step ? step.run : null
  const isCapped = step.kind === 'plan' && step.plan.refusal?.code === 'too_many_removals'
  return (
    <div class="plan-buttons list-buttons">
      {isCapped && <Permission plan={step.plan} typed={typed} onType={setTyped} />}
      {document !== null && <Downloads kept={kept} order={order} document={document} onProblem={onProblem} />}
      {(step.kind === 'done' || step.kind === 'failed') && (
        <button type="button" class="button" onClick={onPlanAgain}>
          Plan again
        </button>
      )}
      {step.kind === 'failed' && hasChoices && (
        <button type="button" class="button" onClick={() => onChoose(() => noChoices)}>
          Reset all rows
        </button>
      )}
      <MainButton
        step={step.kind === 'plan' && isStale ? { kind: 'applying', plan: step.plan } : step}
        typed={typed}
        onApply={apply}
        onUndo={(runId) => onUndo(runId, onPlanAgain)}
      />
    </div>
  )
}

interface ShortageProps {
  plan: RunDocument
  order: ListOrder
  onOrder(change: Partial<ListOrder>): void
}

/** Offered where seats do not suffice, and where it was chosen. */
function Shortage({ plan, order: { on_shortage, command }, onOrder }: ShortageProps) {
  if (runCommands[command].isRemoval) return null
  if (plan.summary.short === 0 && on_shortage === 'fill') return null
  const { needed, short } = plan.summary
  const seats = needed - short
  return (
    <fieldset class="list-shortage">
      <legend>{`${formatCount(needed)} need a seat, ${formatCount(seats)} ${seats === 1 ? 'is' : 'are'} free`}</legend>
      <label>
        <input
          type="radio"
          name="on-shortage"
          checked={on_shortage === 'fill'}
          onChange={() => onOrder({ on_shortage: 'fill' })}
        />
        Give the free seats in the order of the list
      </label>
      <label>
        <input
          type="radio"
          name="on-shortage"
          checked={on_shortage === 'fail'}
          onChange={() => onOrder({ on_shortage: 'fail' })}
        />
        Give all or none
      </label>
    </fieldset>
  )
}
