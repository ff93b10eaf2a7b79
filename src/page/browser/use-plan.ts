import { useEffect, useState } from 'preact/hooks'
import type { Api } from './api.ts'
import type { RunDocument, RunRequest } from './documents.ts'
import { type RequestFailure, requireFailure } from './request-failure.ts'
import { countChanges, isSamePlan, listRemovals } from './seat-plan.ts'

export type PlanOrder = Pick<RunRequest, 'command' | 'add_on' | 'user_ids'>

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
export function usePlan(api: Api, order: PlanOrder, onDone: (run: RunDocument) => void): PlanState {
  const [step, setStep] = useState<PlanStep>({ kind: 'planning' })
  const plan = () => api.run({ ...order, dry_run: true })
  const fail = (error: unknown) => setStep({ kind: 'failed', failure: requireFailure(error) })
  useEffect(() => {
    plan().then((document) => setStep({ kind: 'plan', plan: document, hasChanged: false }), fail)
  }, [])

  const applyPlan = async (seen: RunDocument, isAllowed: boolean) => {
    setStep({ kind: 'applying', plan: seen })
    try {
      const now = await plan()
      if (!isSamePlan(seen, now)) return setStep({ kind: 'plan', plan: now, hasChanged: true })
      const run = await api.run({ ...order, dry_run: false, ...agreeTo(seen, isAllowed) })
      setStep({ kind: 'done', run })
      onDone(run)
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

function agreeTo(plan: RunDocument, isAllowed: boolean): Partial<RunRequest> {
  if (plan.run.command === 'assign') return {}
  return {
    agreed_removals: listRemovals(plan),
    ...(isAllowed && { max_removals: countChanges(plan) }),
  }
}
