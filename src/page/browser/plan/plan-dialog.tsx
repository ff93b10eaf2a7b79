import { useEffect, useRef, useState } from 'preact/hooks'
import { formatCount } from '../../../domain/count-words.ts'
import type { PageProgress } from '../../documents.ts'
import type { AddOnRow, RunDocument } from '../documents.ts'
import { focusMain } from '../focus-main.ts'
import { useStoreWords } from '../frame/store-context.ts'
import type { PlanOrder } from '../plan-order.ts'
import { describeStep } from './describe-step.ts'
import { PlanRows } from './plan-rows.tsx'
import { PlanSummary } from './plan-summary.tsx'
import { countChanges, countTakes, isCapped, nameAction } from './seat-plan.ts'
import { useKeptFocus } from './use-kept-focus.ts'
import { type PlanStep, usePlan } from './use-plan.ts'

interface PlanDialogProps {
  order: PlanOrder
  addOns: readonly AddOnRow[]
  progress: PageProgress | null
  /** The dialog has given the focus back. */
  onUndo(runId: number): void
  onClose(): void
}

export function PlanDialog({ order, addOns, progress, onUndo, onClose }: PlanDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [typed, setTyped] = useState('')
  const { step, apply } = usePlan(order)
  useEffect(() => dialog.current?.showModal(), [])
  const isApplying = step.kind === 'applying'
  useEffect(() => {
    // Back leads to another view, behind which the dialog would stay.
    const close = () => !isApplying && dialog.current?.close()
    window.addEventListener('hashchange', close)
    return () => window.removeEventListener('hashchange', close)
  }, [isApplying])
  return (
    <dialog
      ref={dialog}
      class="plan"
      aria-labelledby="plan-title"
      onClose={() => {
        // The button that opened the dialog may be gone.
        const { activeElement } = document
        if (activeElement === document.body || dialog.current?.contains(activeElement)) focusMain()
        onClose()
      }}
      onCancel={(event) => {
        if (isApplying) event.preventDefault()
      }}
    >
      <h2 id="plan-title">{order.title}</h2>
      <PlanBody step={step} addOns={addOns} progress={progress} typed={typed} onType={setTyped} />
      <div class="plan-buttons">
        <button type="button" class="button" disabled={isApplying} onClick={() => dialog.current?.close()}>
          {step.kind === 'plan' || step.kind === 'planning' ? 'Cancel' : 'Close'}
        </button>
        <MainButton
          step={step}
          typed={typed}
          onApply={apply}
          onUndo={(runId) => {
            dialog.current?.close()
            onUndo(runId)
          }}
        />
      </div>
    </dialog>
  )
}

interface PlanBodyProps {
  step: PlanStep
  addOns: readonly AddOnRow[]
  progress: PageProgress | null
  typed: string
  onType(typed: string): void
}

function PlanBody({ step, addOns, progress, typed, onType }: PlanBodyProps) {
  const status = useKeptFocus(step.kind)
  const words = useStoreWords()
  if (step.kind === 'failed')
    return (
      <div class="plan-body" role="alert">
        <p class="text-problem">{words(step.failure.message)}</p>
        {step.failure.hint !== null && <p>{words(step.failure.hint)}</p>}
      </div>
    )
  if (step.kind === 'planning')
    return (
      <div class="plan-body" aria-busy="true">
        <p role="status">{describeStep(step, progress)}</p>
      </div>
    )
  const document = step.kind === 'done' ? step.run : step.plan
  return (
    <div class="plan-body">
      <p
        ref={status}
        tabIndex={-1}
        role="status"
        class={step.kind === 'plan' && step.hasChanged ? 'text-problem' : 'text-weak'}
      >
        {describeStep(step, progress)}
      </p>
      <PlanSummary document={document} addOns={addOns} />
      <PlanRows document={document} />
      {step.kind === 'plan' && <Permission plan={step.plan} typed={typed} onType={onType} />}
    </div>
  )
}

interface PermissionProps {
  plan: RunDocument
  typed: string
  onType(typed: string): void
}

export function Permission({ plan, typed, onType }: PermissionProps) {
  const { refusal = null } = plan
  if (refusal === null) return null
  if (!isCapped(plan)) return <p class="text-problem">{refusal.message}</p>
  const count = countTakes(plan)
  return (
    <label class="permission">
      <span>
        These are more seats than one run may usually take. To allow it, type{' '}
        <strong>{formatCount(count)}</strong>.
      </span>
      <input
        type="text"
        inputMode="numeric"
        autocomplete="off"
        value={typed}
        onInput={(event) => onType(event.currentTarget.value)}
      />
    </label>
  )
}

interface MainButtonProps {
  step: PlanStep
  typed: string
  onApply(isAllowed: boolean): void
  onUndo(runId: number): void
}

export function MainButton({ step, typed, onApply, onUndo }: MainButtonProps) {
  if (step.kind === 'done') {
    const { id } = step.run.run
    if (id === null || countChanges(step.run) === 0) return null
    return (
      <button type="button" class="button" onClick={() => onUndo(id)}>
        Undo …
      </button>
    )
  }
  if (step.kind !== 'plan' && step.kind !== 'applying') return null
  const { plan } = step
  const action = nameAction(plan)
  if (action === null) return null
  const isAllowed = typed.replaceAll(/[\s,]/g, '') === String(countTakes(plan))
  const isPossible = (plan.refusal ?? null) === null || (isCapped(plan) && isAllowed)
  return (
    <button
      type="button"
      class={`button ${countTakes(plan) > 0 ? 'button-danger' : 'button-primary'}`}
      disabled={!isPossible}
      // A disabled button would lose the focus.
      aria-disabled={step.kind === 'applying'}
      onClick={() => step.kind === 'plan' && onApply(isAllowed)}
    >
      {action}
    </button>
  )
}
