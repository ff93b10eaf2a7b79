import { countWords } from '../../../domain/count-words.ts'
import type { PageProgress } from '../../documents.ts'
import { describeProgress } from '../describe-progress.ts'
import type { RunDocument } from '../documents.ts'
import { countProblems, isCapped } from './seat-plan.ts'
import type { PlanStep } from './use-plan.ts'

export function describeStep(step: PlanStep, progress: PageProgress | null): string {
  if (step.kind === 'failed') return step.failure.message
  if (step.kind === 'done') return step.run.failure?.message ?? describeResult(step.run)
  if (step.kind === 'applying') return progress === null ? 'At work …' : describeProgress(progress)
  if (step.kind === 'planning') return describePlanning(progress)
  return step.hasChanged
    ? 'Seats have changed meanwhile. Nothing was written: this is the new plan.'
    : describePlan(step.plan)
}

/** The progress may be that of a push or a sync at the same time. */
export function describePlanning(progress: PageProgress | null): string {
  return progress?.message.startsWith('Planning') ? describeProgress(progress) : 'Planning …'
}

function describePlan(plan: RunDocument): string {
  const isRefused = (plan.refusal ?? null) !== null && !isCapped(plan)
  return isRefused ? 'This plan cannot be applied.' : 'Nothing is written yet.'
}

function describeResult(run: RunDocument): string {
  const problems = countProblems(run)
  return problems === 0
    ? 'Done.'
    : `Done. ${countWords(problems, 'row')} did not get what was asked: see below.`
}
