import { expect, test } from 'vitest'
import { type Outcome, outcomes } from '../../../src/domain/outcome.ts'
import type { RunDocument } from '../../../src/page/browser/documents.ts'
import {
  countChanges,
  countDone,
  countUnconfirmed,
  groupResults,
  nameAction,
} from '../../../src/page/browser/plan/seat-plan.ts'

function makeRun(codes: readonly Outcome[], dryRun: boolean): RunDocument {
  const at = '2026-03-02T09:00:00.000Z'
  const counts = codes.map((code) => [code, codes.filter((other) => other === code).length])
  return {
    run: { id: null, command: 'assign', add_on: 'duo-pro', dry_run: dryRun, started_at: at, finished_at: at },
    summary: {
      ...{ rows: codes.length, outcomes: Object.fromEntries(counts) },
      ...{ needed: 0, removals: 0, free_before: 9, free_after: 9, short: 0 },
    },
    results: codes.map((outcome, index) => ({
      ...{ line: null, input: `user-${index}`, username: null, user_id: index, outcome },
      ...{ success: outcomes[outcome].status === 'done', reason: null, message: '', suggestions: [] },
    })),
  }
}

function condenseGroups(run: RunDocument): [title: string, tone: string, total: number][] {
  return groupResults(run).map(({ title, tone, total }) => [title, tone, total])
}

test('a plan counts the changes of its run, and shows those of earlier runs apart', () => {
  const plan = makeRun(['assigned', 'pending', 'pending', 'unassigned', 'pending_removal'], true)
  expect(nameAction(plan)).toBe('Give 1 seat, take 1 seat')
  expect([countChanges(plan), countDone(plan), countUnconfirmed(plan)]).toEqual([
    2,
    { given: 1, taken: 1 },
    0,
  ])
  expect(condenseGroups(plan)).toEqual([
    ['Not yet confirmed by GitLab', 'same', 3],
    ['Would lose the seat', 'take', 1],
    ['Would get a seat', 'give', 1],
  ])
})

test('a run counts the changes that GitLab has not confirmed as a problem', () => {
  const run = makeRun(['assigned', 'pending', 'unassigned', 'pending_removal', 'user_not_found'], false)
  expect([countChanges(run), countDone(run), countUnconfirmed(run)]).toEqual([4, { given: 1, taken: 1 }, 2])
  expect(condenseGroups(run)).toEqual([
    ['No seat for', 'problem', 1],
    ['Not yet confirmed by GitLab', 'problem', 2],
    ['Lost the seat', 'take', 1],
    ['Got a seat', 'give', 1],
  ])
})
