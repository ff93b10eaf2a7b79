import { formatCount } from '../../domain/count-words.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { ResultRow, RunDocument } from './documents.ts'

export interface PlanGroup {
  title: string
  tone: 'problem' | 'change' | 'same'
  results: readonly ResultRow[]
}

const changes: readonly Outcome[] = ['assigned', 'unassigned', 'pending', 'pending_removal']

export function isChange({ outcome }: Pick<ResultRow, 'outcome'>): boolean {
  return changes.includes(outcome)
}

/** Problems first. Empty groups are left out. */
export function groupResults({ results, run }: RunDocument): PlanGroup[] {
  const isGiving = run.command === 'assign'
  const groups: PlanGroup[] = [
    { title: isGiving ? 'No seat for' : 'Not changed', tone: 'problem', results: results.filter(isProblem) },
    { title: nameChanges(run.dry_run, isGiving), tone: 'change', results: results.filter(isChange) },
    { title: isGiving ? 'Had a seat before' : 'Had no seat', tone: 'same', results: results.filter(isSame) },
  ]
  return groups.filter((group) => group.results.length > 0)
}

function nameChanges(isPlan: boolean, isGiving: boolean): string {
  if (isGiving) return isPlan ? 'Would get a seat' : 'Got a seat'
  return isPlan ? 'Would lose the seat' : 'Lost the seat'
}

function isProblem(result: ResultRow): boolean {
  return !result.success && !isChange(result)
}

function isSame(result: ResultRow): boolean {
  return result.success && !isChange(result)
}

export function countChanges({ results }: RunDocument): number {
  return results.filter(isChange).length
}

/** `Take 12 seats`. */
export function nameAction(command: 'assign' | 'unassign', count: number): string {
  return `${command === 'assign' ? 'Give' : 'Take'} ${formatCount(count)} ${count === 1 ? 'seat' : 'seats'}`
}

/** Whether two dry runs decide the same about every user. */
export function isSamePlan(one: RunDocument, other: RunDocument): boolean {
  return (
    one.results.length === other.results.length &&
    one.summary.free_after === other.summary.free_after &&
    one.results.every(({ user_id, outcome }, index) => {
      const result = other.results[index]
      return result?.user_id === user_id && result.outcome === outcome
    })
  )
}

export function listRemovals({ results, run }: RunDocument): number[] {
  return run.command === 'assign' ? [] : results.filter(isChange).flatMap(({ user_id }) => user_id ?? [])
}
