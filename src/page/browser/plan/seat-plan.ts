import { countWords } from '../../../domain/count-words.ts'
import { type Outcome, outcomeCodes, outcomes } from '../../../domain/outcome.ts'
import { runCommands } from '../../../domain/run-command.ts'
import type { ResultRow, RunDocument } from '../documents.ts'

export interface PlanGroup {
  title: string
  tone: 'problem' | 'give' | 'take' | 'same'
  results: readonly ResultRow[]
  /** With results that a long document leaves out. */
  total: number
}

function isGive(outcome: Outcome): boolean {
  return outcomes[outcome].sign === '+'
}

function isTake(outcome: Outcome): boolean {
  return outcomes[outcome].sign === '-'
}

/** In a plan, the change of an earlier run. */
function isPending(outcome: Outcome): boolean {
  return outcomes[outcome].status === 'pending'
}

export function isChange({ outcome }: ResultRow): boolean {
  return isGive(outcome) || isTake(outcome)
}

/** Problems first. Empty groups are left out. */
export function groupResults({ results, run, omitted }: RunDocument): PlanGroup[] {
  const isPlan = run.dry_run
  const group = (
    tone: PlanGroup['tone'],
    title: string,
    isMember: (outcome: Outcome, result: ResultRow) => boolean,
  ): PlanGroup => {
    const members = results.filter((result) => isMember(result.outcome, result))
    return makeGroup(tone, title, members, omitted)
  }
  return [
    group('problem', isGivingOnly(run) ? 'No seat for' : 'Not changed', (_, result) => isProblem(result)),
    group(isPlan ? 'same' : 'problem', 'Not yet confirmed by GitLab', isPending),
    group(
      'take',
      isPlan ? 'Would lose the seat' : 'Lost the seat',
      (code) => isTake(code) && !isPending(code),
    ),
    group('give', isPlan ? 'Would get a seat' : 'Got a seat', (code) => isGive(code) && !isPending(code)),
    group('same', isPlan ? 'Would keep the seat' : 'Kept the seat', (code) => code === 'left_alone'),
    group('same', 'Already have a seat', (code) => code === 'already_assigned'),
    group('same', 'Have no seat', (code) => code === 'not_assigned'),
    group('same', 'Named before', (code, { success }) => code === 'duplicate' && success),
  ].filter(({ results: members }) => members.length > 0)
}

/** An outcome of which results are left out is one of many results in the group. */
export function makeGroup(
  tone: PlanGroup['tone'],
  title: string,
  results: readonly ResultRow[],
  omitted: RunDocument['omitted'] = {},
): PlanGroup {
  const counts = Object.entries(omitted) as [Outcome, number][]
  const missing = counts.filter(([outcome]) => results.some((result) => result.outcome === outcome))
  const total = missing.reduce((sum, [, count]) => sum + count, results.length)
  return { tone, title, results, total }
}

function isProblem(result: ResultRow): boolean {
  return !result.success && !isChange(result)
}

export function isGivingOnly({ command }: RunDocument['run']): boolean {
  return !runCommands[command].isRemoval && !runCommands[command].startsFromHolders
}

export function countProblems(document: RunDocument): number {
  const problems = groupResults(document).filter(({ tone }) => tone === 'problem')
  return problems.reduce((sum, { total }) => sum + total, 0)
}

function countGives(document: RunDocument): number {
  return countOutcomes(document, isGive)
}

export function countTakes(document: RunDocument): number {
  return countOutcomes(document, isTake)
}

/** Without the pending changes of earlier runs, which a plan contains as well. */
function countOutcomes({ run, summary }: RunDocument, isWanted: (outcome: Outcome) => boolean): number {
  const counted = outcomeCodes.filter((code) => isWanted(code) && !(run.dry_run && isPending(code)))
  return counted.reduce((sum, code) => sum + (summary.outcomes[code] ?? 0), 0)
}

/** Seats given and taken: in a plan all, later those that are confirmed. */
export function countDone(document: RunDocument): { given: number; taken: number } {
  return {
    given: countOutcomes(document, (code) => isGive(code) && !isPending(code)),
    taken: countOutcomes(document, (code) => isTake(code) && !isPending(code)),
  }
}

/** Changes of a run that GitLab has not confirmed. */
export function countUnconfirmed(document: RunDocument): number {
  return countOutcomes(document, isPending)
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
  return results.filter(({ outcome }) => isTake(outcome)).flatMap(({ user_id }) => user_id ?? [])
}

/** Its removals need their number typed. */
export function isCapped({ refusal }: RunDocument): boolean {
  return refusal?.code === 'too_many_removals'
}
