import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AddOn, addOnNames } from '../../src/domain/add-on.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { RunCommand } from '../../src/domain/run-command.ts'
import type { Offering, UserState } from '../../src/domain/user.ts'
import type { Reported } from '../support/play-order.ts'
import { type AdminChange, PlayedGitLab } from '../support/played-gitlab.ts'
import { PlayedLink } from '../support/played-link.ts'
import { busyOrders, busySyncs, few, orders, type PlayedOrder } from '../support/seat-histories.ts'
import { id, type World, worlds } from '../support/worlds.ts'

/** Reports a failure with its seed before shrinking uses up the timeout of the test. */
const quickly = { interruptAfterTimeLimit: 45_000 }

/** A seat moves to another user: the number of holders stays. */
interface Move {
  /** Chooses one of the holders. */
  loser: number
  winner: number
  addOn: AddOn
}

/** Changes by the administrator, then a run. */
interface Step {
  changes: (AdminChange | Move)[]
  run: PlayedOrder
  dryRun: boolean
  push: boolean
}

interface ClaimHistory {
  offering: Offering
  first: World
  steps: Step[]
}

const addOn: fc.Arbitrary<AddOn> = fc.constantFrom('duo-pro', 'duo-pro', ...addOnNames)

/** Half of the runs start from a list, for which GitLab need not be read as a whole. */
const listCommands = fc.option(
  fc.constantFrom<RunCommand>('assign', 'bulk-assign', 'unassign', 'bulk-unassign'),
  { freq: 2 },
)

function makeSteps(userIds: fc.Arbitrary<number>, orders: fc.Arbitrary<PlayedOrder>): fc.Arbitrary<Step[]> {
  const move = fc.record({ loser: fc.nat({ max: 7 }), winner: userIds, addOn })
  const admin: fc.Arbitrary<AdminChange> = fc.oneof(
    fc.record({ give: userIds, addOn }),
    fc.record({ take: userIds, addOn }),
    fc.record({ state: fc.constantFrom<UserState>('blocked', 'active'), userId: userIds }),
    fc.record({ member: fc.boolean(), userId: userIds }),
  )
  const run = fc
    .record({ order: orders, command: listCommands })
    .map(({ order, command }) => ({ ...order, command: command ?? order.command }))
  const step = fc.record({
    changes: fc.array(fc.oneof({ arbitrary: move, weight: 4 }, { arbitrary: admin, weight: 1 }), {
      minLength: 1,
      maxLength: 2,
    }),
    run,
    dryRun: fc.nat({ max: 4 }).map((drawn) => drawn === 4),
    push: fc.nat({ max: 7 }).map((drawn) => drawn < 7),
  })
  return fc.array(step, { minLength: 1, maxLength: 4 })
}

const offering = fc.constantFrom<Offering>('gitlab.com', 'self-managed')

const histories: fc.Arbitrary<ClaimHistory> = fc.oneof(
  fc.record({ offering, first: worlds, steps: makeSteps(id, orders) }),
  fc.record({ offering, first: busySyncs, steps: makeSteps(fc.constantFrom(...few), busyOrders) }),
)

function moveSeat(gitlab: PlayedGitLab, { loser, winner, addOn }: Move): void {
  const holders = gitlab.readHolders()[addOn]
  const from = holders[loser % holders.length]
  if (from === undefined || holders.includes(winner)) return
  gitlab.change({ give: winner, addOn })
  if (gitlab.readHolders()[addOn].includes(winner)) gitlab.change({ take: from, addOn })
}

/** Whether the user of an outcome holds the seat before the run and after it; null: both are possible. */
const states: Partial<Record<Outcome, [before: boolean | null, after: boolean]>> = {
  assigned: [null, true],
  already_assigned: [true, true],
  unassigned: [null, false],
  not_assigned: [false, false],
  no_seats_available: [false, false],
  invalid_user_membership: [false, false],
}

function listPending({ store }: PlayedLink): Set<number> {
  const changes = store.addOnPurchases.listKnown().map(({ id }) => store.pendingChanges.listUserIds(id))
  return new Set(changes.flatMap(({ give, take }) => [...give, ...take]))
}

function listContradictions(
  { results }: Reported,
  before: readonly number[],
  after: readonly number[] | null,
  pending: ReadonlySet<number>,
): unknown[] {
  return results.filter(({ outcome, userId }) => {
    const state = states[outcome]
    if (state === undefined || userId === null) return false
    const [held, holds] = state
    return (
      // A change of an earlier run is pushed before the run decides.
      (held !== null && !pending.has(userId) && held !== before.includes(userId)) ||
      (after !== null && holds !== after.includes(userId))
    )
  })
}

describe('any history of a linked store whose GitLab an administrator changes', () => {
  test('no outcome of a run contradicts the seats of GitLab, and claims that GitLab was not asked about have an age', async () => {
    const gitlabs: Record<Offering, PlayedGitLab> = {
      'gitlab.com': await PlayedGitLab.open('gitlab.com'),
      'self-managed': await PlayedGitLab.open('self-managed'),
    }
    await fc.assert(
      fc.asyncProperty(histories, async ({ offering, first, steps }) => {
        const team = await PlayedLink.open(gitlabs[offering], first)
        for (const step of steps) await playAndCheck(team, step)
      }),
      { ...quickly, numRuns: 60 },
    )
  })

  async function playAndCheck(team: PlayedLink, step: Step): Promise<void> {
    for (const change of step.changes) {
      if ('winner' in change) moveSeat(team.gitlab, change)
      else team.gitlab.change(change)
    }
    const before = team.gitlab.readHolders()
    const pending = listPending(team)
    const { reported } = await team.run(step.run, step)
    if (reported === null) return
    const claims = reported.results.filter(({ outcome }) => /^(already|not)_assigned$/.test(outcome))
    if (!step.push) {
      for (const { detail } of claims) expect(detail).toMatch(/ ago \(/)
      return
    }
    for (const { detail } of claims) expect(detail).toBeNull()
    if (reported.summary.refusal !== null) return
    const { addOn } = reported
    const after = step.dryRun ? null : team.gitlab.readHolders()[addOn]
    expect(listContradictions(reported, before[addOn], after, pending)).toEqual([])
  }
})
