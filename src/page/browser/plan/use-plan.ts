import { useEffect, useState } from 'preact/hooks'
import type { RunAgreement, RunDocument } from '../documents.ts'
import { type RequestFailure, requireFailure } from '../request-failure.ts'
import { isSamePlan, listRemovals } from './seat-plan.ts'

/** A run that is planned before it is carried out. */
export interface PlanOrder {
  title: string
  run(request: RunAgreement): Promise<RunDocument>
  onDone?(run: RunDocument): void
}

export type PlanStep =
  | { kind: 'planning' }
  /** `hasChanged`: the user saw another plan before. */
  | { kind: 'plan'; plan: RunDocument; hasChanged: boolean }
  | { kind: 'applying'; plan: RunDocument }
  | { kind: 'done'; run: RunDocument }
  | { kind: 'failed'; failure: RequestFailure }

export interface PlanState {
  step: PlanStep
  /** @param isAllowed the number of removals was typed */
  apply(isAllowed: boolean): void
}

const conflict = 409

/** Plans at once. A plan that has changed is shown again instead of carried out. */
export function usePlan({ run, onDone }: PlanOrder): PlanState {
  const [step, setStep] = useState<PlanStep>({ kind: 'planning' })
  const plan = () => run({ dry_run: true })
  const fail = (error: unknown) => setStep({ kind: 'failed', failure: requireFailure(error) })
  useEffect(() => {
    plan().then((document) => setStep({ kind: 'plan', plan: document, hasChanged: false }), fail)
  }, [])

  const applyPlan = async (seen: RunDocument, isAllowed: boolean) => {
    setStep({ kind: 'applying', plan: seen })
    try {
      const now = await plan()
      if (!isSamePlan(seen, now)) return setStep({ kind: 'plan', plan: now, hasChanged: true })
      const done = await run({ dry_run: false, ...agreeTo(seen, isAllowed) })
      setStep({ kind: 'done', run: done })
      onDone?.(done)
    } catch (error) {
      const failure = requireFailure(error)
      if (failure.status !== conflict) return fail(failure)
      await plan().then((document) => setStep({ kind: 'plan', plan: document, hasChanged: true }), fail)
    }
  }
  return {
    step,
    apply: (isAllowed) => {
      if (step.kind === 'plan') void applyPlan(step.plan, isAllowed)
    },
  }
}

function agreeTo(plan: RunDocument, isAllowed: boolean): Omit<RunAgreement, 'dry_run'> {
  const removals = listRemovals(plan)
  return { agreed_removals: removals, ...(isAllowed && { max_removals: removals.length }) }
}
