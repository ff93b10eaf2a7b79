import { useEffect, useRef, useState } from 'preact/hooks'
import type { RunAgreement, RunDocument } from '../documents.ts'
import type { PlanOrder } from '../plan-order.ts'
import { RequestFailure, requireFailure } from '../request-failure.ts'
import { isSamePlan, listRemovals } from './seat-plan.ts'

export type PlanStep =
  | { kind: 'planning' }
  /** `hasChanged`: the user saw another plan before. */
  | { kind: 'plan'; plan: RunDocument; hasChanged: boolean }
  | { kind: 'applying'; plan: RunDocument }
  | { kind: 'done'; run: RunDocument }
  | { kind: 'failed'; failure: RequestFailure }

export interface PlanState {
  step: PlanStep
  /** The plan is of another version: the new one is being made. */
  isStale: boolean
  /** @param isAllowed the number of removals was typed */
  apply(isAllowed: boolean): void
}

const conflict = 409

/**
 * Plans at once. A plan that has changed is shown again instead of carried out.
 *
 * @param version of the order: another one is planned again
 */
export function usePlan({ run, onDone }: Pick<PlanOrder, 'run' | 'onDone'>, version = ''): PlanState {
  const [step, setStep] = useState<PlanStep>({ kind: 'planning' })
  const [planned, setPlanned] = useState<string | null>(null)
  const latest = useRef(version)
  latest.current = version
  const plan = () => run({ dry_run: true })
  const fail = (error: unknown) => setStep({ kind: 'failed', failure: requireFailure(error) })
  useEffect(() => {
    const settle = (show: () => void) => {
      if (latest.current !== version) return
      setPlanned(version)
      show()
    }
    if (step.kind !== 'plan') setStep({ kind: 'planning' })
    plan().then(
      (document) => settle(() => setStep({ kind: 'plan', plan: document, hasChanged: false })),
      (error: unknown) => settle(() => fail(error)),
    )
  }, [version])

  const applyPlan = async (seen: RunDocument, isAllowed: boolean) => {
    setStep({ kind: 'applying', plan: seen })
    try {
      const now = await plan()
      if (!isSamePlan(seen, now)) return setStep({ kind: 'plan', plan: now, hasChanged: true })
      const done = await run({ dry_run: false, ...agreeTo(seen, isAllowed) }).catch(doubtAnswer)
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
    isStale: step.kind === 'plan' && planned !== version,
    apply: (isAllowed) => {
      if (step.kind === 'plan' && planned === version) void applyPlan(step.plan, isAllowed)
    },
  }
}

/** @throws RequestFailure, which reports without an answer that the seats may have changed */
function doubtAnswer(error: unknown): never {
  const failure = requireFailure(error)
  if (failure.status !== 0) throw failure
  throw new RequestFailure(
    0,
    'The server of this page did not answer, so the seats may have changed or not.',
    'Start it again, and look at History.',
  )
}

function agreeTo(plan: RunDocument, isAllowed: boolean): Omit<RunAgreement, 'dry_run'> {
  const removals = listRemovals(plan)
  return { agreed_removals: removals, ...(isAllowed && { max_removals: removals.length }) }
}
