import { countWords } from '../../../domain/count-words.ts'
import type { Outcome } from '../../../domain/outcome.ts'
import type { RunCommand } from '../../../domain/run-command.ts'
import type { ResultRow, RunDocument } from '../documents.ts'

export interface PlanGroup {
  title: string
  tone: 'problem' | 'give' | 'take' | 'same'
  results: readonly ResultRow[]
  /** With results that a long document leaves out. */
  total: number
}

const giving: readonly RunCommand[] = ['assign', 'bulk-assign']

const gives: readonly Outcome[] = ['assigned', 'pending']

const takes: readonly Outcome[] = ['unassigned', 'pending_removal']

function isGive({ outcome }: ResultRow): boolean {
  return gives.includes(outcome)
}

function isTake({ outcome }: ResultRow): boolean {
  return takes.includes(outcome)
}

function isPending({ outcome }: ResultRow): boolean {
  return outcome === 'pending' || outcome === 'pending_removal'
}

export function isChange(result: ResultRow): boolean {
  return isGive(result) || isTake(result)
}

/** Problems first. Empty groups are left out. */
export function groupResults({ results, run, omitted }: RunDocument): PlanGroup[] {
  const isPlan = run.dry_run
  const isPlanned = (result: ResultRow, isMember: (result: ResultRow) => boolean) =>
    isMember(result) && (isPlan || !isPending(result))
  const group = (
    tone: PlanGroup['tone'],
    title: string,
    isMember: (result: ResultRow) => boolean,
  ): PlanGroup => makeGroup(tone, title, results.filter(isMember), omitted)
  return [
    group('problem', isGivingOnly(run) ? 'No seat for' : 'Not changed', isProblem),
    group('problem', 'Not yet confirmed by GitLab', (result) => !isPlan && isPending(result)),
    group('take', isPlan ? 'Would lose the seat' : 'Lost the seat', (result) => isPlanned(result, isTake)),
    group('give', isPlan ? 'Would get a seat' : 'Got a seat', (result) => isPlanned(result, isGive)),
    group(
      'same',
      isPlan ? 'Would keep the seat' : 'Kept the seat',
      ({ outcome }) => outcome === 'left_alone',
    ),
    group('same', 'Already have a seat', ({ outcome }) => outcome === 'already_assigned'),
    group('same', 'Have no seat', ({ outcome }) => outcome === 'not_assigned'),
    group('same', 'Named before', ({ outcome, success }) => outcome === 'duplicate' && success),
  ].filter(({ results: members }) => members.length > 0)
}

/** An outcome of which results are left out is one of many results in the group. */
export function makeGroup(
  tone: PlanGroup['tone'],
  title: string,
  results: readonly ResultRow[],
  omitted: RunDocument['omitted'] = {},
): PlanGroup {
  const outcomes = Object.entries(omitted) as [Outcome, number][]
  const missing = outcomes.filter(([outcome]) => results.some((result) => result.outcome === outcome))
  const total = missing.reduce((sum, [, count]) => sum + count, results.length)
  return { tone, title, results, total }
}

function isProblem(result: ResultRow): boolean {
  return !result.success && !isChange(result)
}

export function isGivingOnly({ command }: RunDocument['run']): boolean {
  return giving.includes(command)
}

export function countProblems(document: RunDocument): number {
  const problems = groupResults(document).filter(({ tone }) => tone === 'problem')
  return problems.reduce((sum, { total }) => sum + total, 0)
}

function countGives({ summary }: RunDocument): number {
  return countOutcomes(summary, gives)
}

function countOutcomes({ outcomes }: RunDocument['summary'], wanted: readonly Outcome[]): number {
  return wanted.reduce((sum, outcome) => sum + (outcomes[outcome] ?? 0), 0)
}

export function countTakes({ summary }: RunDocument): number {
  return countOutcomes(summary, takes)
}

/** Seats given and taken: in a plan all, later those that are confirmed. */
export function countDone(document: RunDocument): { given: number; taken: number } {
  if (document.run.dry_run) return { given: countGives(document), taken: countTakes(document) }
  const { assigned = 0, unassigned = 0 } = document.summary.outcomes
  return { given: assigned, taken: unassigned }
}

/** Changes of a run that GitLab has not confirmed. */
export function countUnconfirmed({ run, summary }: RunDocument): number {
  return run.dry_run ? 0 : countOutcomes(summary, ['pending', 'pending_removal'])
}

export function countChanges(document: RunDocument): number {
  return countGives(document) + countTakes(document)
}

/** `Take 12 seats`, `Give 3 seats, take 12 seats`; null without a change. */
export function nameAction(plan: RunDocument): string | null {
  const counts: [string, number][] = [
    ['Give', countGives(plan)],
    ['Take', countTakes(plan)],
  ]
  const parts = counts
    .filter(([, count]) => count > 0)
    .map(([verb, count]) => `${verb} ${countWords(count, 'seat')}`)
  return parts.length === 0 ? null : parts.join(', ').replace(', T', ', t')
}

/** Whether two dry runs decide the same about every user. */
export function isSamePlan(one: RunDocument, other: RunDocument): boolean {
  if (one.digest !== other.digest) return false
  return (
    one.results.length === other.results.length &&
    one.summary.free_after === other.summary.free_after &&
    one.results.every(({ user_id, outcome }, index) => {
      const result = other.results[index]
      return result?.user_id === user_id && result.outcome === outcome
    })
  )
}

export function listRemovals({ results }: RunDocument): number[] {
  return results.filter(isTake).flatMap(({ user_id }) => user_id ?? [])
}

/** Its removals need their number typed. */
export function isCapped({ refusal }: RunDocument): boolean {
  return refusal?.code === 'too_many_removals'
}
