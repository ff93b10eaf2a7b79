import type { Result } from '../../src/domain/result.ts'
import type { RunFacts, RunReport, RunSummary } from '../../src/domain/run.ts'
import type { ListedUser, ListReport } from '../../src/domain/seat-list.ts'
import type { SyncChange, SyncChangeCode, SyncReport } from '../../src/domain/sync-change.ts'

/** A result of a user who got a seat, with the given facts. */
export function makeResult(given: Partial<Result>): Result {
  const { input = 'ada', outcome = 'assigned' } = given
  const ada = { line: 2, input, userId: 7, username: input, outcome, change: changeOf(outcome) }
  return {
    ...ada,
    reason: null,
    detail: null,
    first: null,
    pushed: null,
    formerName: null,
    suggestions: [],
    ...given,
  }
}

function changeOf(outcome: Result['outcome']): Result['change'] {
  if (outcome === 'assigned' || outcome === 'pending') return 'give'
  return outcome === 'unassigned' || outcome === 'pending_removal' ? 'take' : 'none'
}

/** Every outcome of a run that assigns seats in a standalone store. */
export const everyOutcome: Result[] = [
  makeResult({ line: 2, input: 'ADA', username: 'ada' }),
  makeResult({ line: 3, input: 'bob', userId: 8, outcome: 'already_assigned' }),
  makeResult({
    line: 4,
    input: '@ada',
    username: 'ada',
    outcome: 'duplicate',
    first: { line: 2, outcome: 'assigned' },
  }),
  makeResult({
    line: 5,
    input: 'typo',
    userId: null,
    username: null,
    outcome: 'user_not_found',
    detail: 'username',
  }),
  makeResult({
    line: 6,
    input: 'carl',
    userId: null,
    username: null,
    outcome: 'ambiguous_user',
    detail: 'username "carl" matches @carl, email "eve@example.com" matches @eve',
  }),
  makeResult({
    line: 7,
    input: 'dora',
    userId: 10,
    outcome: 'invalid_user_membership',
    reason: 'blocked',
  }),
  makeResult({ line: 8, input: 'eve', userId: 11, outcome: 'no_seats_available' }),
  makeResult({ line: 9, input: 'fred', userId: 12, outcome: 'no_seats_available' }),
  makeResult({
    line: 10,
    input: 'Eve',
    username: 'eve',
    userId: 11,
    outcome: 'duplicate',
    first: { line: 8, outcome: 'no_seats_available' },
  }),
]

/** Results of a run in a linked store. */
export const linkedOutcomes: Result[] = [
  makeResult({ line: 2, pushed: 'confirmed' }),
  makeResult({ line: 3, input: 'bob', userId: 8, outcome: 'pending', pushed: 'pending' }),
  makeResult({
    line: 4,
    input: 'Bob',
    username: 'bob',
    userId: 8,
    outcome: 'duplicate',
    first: { line: 3, outcome: 'pending' },
  }),
  makeResult({ line: 5, input: 'carl', userId: 9, outcome: 'already_assigned' }),
  makeResult({
    line: 6,
    input: 'dora',
    userId: 10,
    outcome: 'invalid_user_membership',
    reason: 'not_eligible',
    pushed: 'refused',
  }),
  makeResult({ line: 7, input: 'eve', userId: 11, outcome: 'not_attempted', pushed: 'refused' }),
  makeResult({
    line: 8,
    input: 'fred',
    userId: 12,
    outcome: 'not_attempted',
    detail: 'given_up',
    pushed: 'refused',
  }),
  makeResult({
    line: 9,
    input: 'gil',
    userId: 13,
    outcome: 'seat_assignment_not_supported',
    pushed: 'refused',
  }),
  makeResult({ line: 10, input: 'hal', userId: 14, outcome: 'incompatible_add_on', pushed: 'refused' }),
  makeResult({
    line: 11,
    input: 'ida',
    userId: 15,
    outcome: 'refused_by_gitlab',
    detail: 'SOME\u001bTHING_NEW',
    pushed: 'refused',
  }),
]

export interface GivenRun {
  results: Result[]
  run?: Partial<RunFacts>
  summary?: Partial<RunSummary>
}

/** A finished run of `results` with the given numbers of seats. */
export function makeRun({ results, run = {}, summary = {} }: GivenRun): RunReport {
  const rejects = results.filter(
    ({ outcome, first }) => first === null && !/assigned$|^pending/.test(outcome),
  )
  const outcomes: RunSummary['outcomes'] = {}
  for (const { outcome } of results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  return {
    run: {
      id: 3,
      command: 'bulk-assign',
      addOn: 'duo-pro',
      group: null,
      dryRun: false,
      linked: false,
      isGitLabAsked: false,
      syncedAt: null,
      hiddenAddresses: null,
      shortage: null,
      startedAt: '2026-03-02T08:00:00.000Z',
      finishedAt: '2026-03-02T08:00:01.000Z',
      ...run,
    },
    summary: {
      rows: results.length,
      outcomes,
      failed: rejects.length,
      refusal: null,
      needed: 0,
      removals: 0,
      freeBefore: 0,
      freeAfter: 0,
      given: 0,
      taken: 0,
      short: 0,
      ...summary,
    },
    finding: null,
    removalLimit: null,
    plan: null,
    readResults: () => results.values(),
    readRejects: () => rejects.values(),
    countRepeats: () => countRepeats(results),
  }
}

function countRepeats(results: readonly Result[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const { outcome, userId } of results)
    if (outcome === 'duplicate' && userId !== null) counts.set(userId, (counts.get(userId) ?? 0) + 1)
  return counts
}

/** The run of {@link everyOutcome}, with one seat for three users. */
export const fullRun: RunReport = makeRun({
  results: everyOutcome,
  summary: { needed: 3, freeBefore: 1, freeAfter: 0, short: 2 },
})

/** The run of {@link linkedOutcomes}. */
export const linkedRun: RunReport = makeRun({
  results: linkedOutcomes,
  run: { linked: true, isGitLabAsked: true, syncedAt: '2026-03-02T05:00:00.000Z' },
  summary: { needed: 8, freeBefore: 8, freeAfter: 6 },
})

export function makeUser(given: Partial<ListedUser>): ListedUser {
  return {
    userId: 7,
    username: 'ada',
    name: 'Ada L.',
    email: 'ada@example.com',
    state: 'active',
    holdsSeat: true,
    isPending: false,
    reason: null,
    assignedAt: '2026-02-01T09:00:00.000Z',
    seenAt: null,
    lastActivityOn: '2026-03-01',
    lastDuoActivityOn: '2026-02-28',
    ...given,
  }
}

export function makeList(users: ListedUser[], purchase: Partial<ListReport['purchase']> = {}): ListReport {
  return {
    today: '2026-03-02',
    now: '2026-03-02T09:00:00.000Z',
    linked: false,
    syncedAt: null,
    surplus: null,
    pending: 0,
    leftOut: 0,
    limit: null,
    countAll: () => users.length,
    purchase: {
      id: 1,
      addOn: 'duo-pro',
      quantity: 6,
      assigned: 5,
      confirmed: 5,
      startedOn: '2026-01-01',
      expiresOn: '2099-01-01',
      trial: false,
      goneAt: null,
      ...purchase,
    },
    readUsers: () => users.values(),
  }
}

export function makeChange(change: SyncChangeCode, given: Partial<SyncChange> = {}): SyncChange {
  return { change, addOn: null, userId: null, username: null, before: null, after: null, ...given }
}

export function makeSync(changes: SyncChange[], given: Partial<SyncReport> = {}): SyncReport {
  const counts: SyncReport['counts'] = {}
  for (const { change } of changes) counts[change] = (counts[change] ?? 0) + 1
  return {
    takenAt: '2026-03-02T08:00:00.000Z',
    subscription: {
      offering: 'gitlab.com',
      url: 'https://gitlab.com',
      group: 'acme',
      plan: 'ultimate',
      gitlabVersion: '17.11.2',
      lastSyncAt: null,
    },
    counts,
    activityUpdated: 0,
    pushed: null,
    hiddenAddresses: null,
    surpluses: [],
    warnings: [],
    totals: { users: 0, purchases: [] },
    readChanges: (codes) => changes.filter(({ change }) => codes?.includes(change) ?? true),
    ...given,
  }
}
