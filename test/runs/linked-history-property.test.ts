import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AddOn, addOnNames } from '../../src/domain/add-on.ts'
import type { RunCommand } from '../../src/domain/run-command.ts'
import type { Offering } from '../../src/domain/user.ts'
import { openCsvSource } from '../../src/input/csv/csv-source.ts'
import { writeDocument } from '../../src/report/formats/formats.ts'
import { createListDocument } from '../../src/report/reports/list-document.ts'
import { listUsers } from '../../src/seats/list-users.ts'
import { print } from '../report/collected-page.ts'
import { makeDirectory } from '../store/sample-store.ts'
import { type LinkedHistory, type LinkedStep, makeLinkedHistories } from '../support/linked-histories.ts'
import type { Reported } from '../support/play-order.ts'
import { PlayedGitLab } from '../support/played-gitlab.ts'
import { type Ended, PlayedLink } from '../support/played-link.ts'
import { busyOrders, makeOrder, orders, type PlayedOrder } from '../support/seat-histories.ts'
import { listUnexplained, SeatLedger, without } from '../support/seat-ledger.ts'
import { type Holders, makeHolders } from '../support/seat-trail.ts'

const directory = makeDirectory()

const listOptions = {
  scope: 'holders',
  search: null,
  sort: 'username',
  reverse: false,
  inactiveForDays: null,
  limit: null,
} as const

/** Reports a failure with its seed at once: shrinking could use up the timeout of the test, and the seed would be lost. */
const unshrunk = { endOnFailure: true }

type Opening = (history: LinkedHistory) => Promise<PlayedLink>

/** Opens one GitLab of each kind for all histories of a test; each history resets it. */
async function openGitLabs(): Promise<Opening> {
  const gitlabs: Record<Offering, PlayedGitLab> = {
    'gitlab.com': await PlayedGitLab.open('gitlab.com'),
    'self-managed': await PlayedGitLab.open('self-managed'),
  }
  return ({ offering, first }) => PlayedLink.open(gitlabs[offering], first)
}

const noHolders: Holders = { 'duo-pro': [], 'duo-enterprise': [] }

async function requireSynced(team: PlayedLink): Promise<void> {
  const { failure } = await team.sync()
  expect(failure).toBeNull()
  const shown = team.listShown()
  const ofShown = (holders: Holders) => makeHolders((addOn) => (shown.includes(addOn) ? holders[addOn] : []))
  expect(ofShown(team.readPending())).toEqual(noHolders)
  expect(ofShown(team.readHolders())).toEqual(ofShown(team.gitlab.readHolders()))
  expect(team.readWaiting()).toEqual(team.readPending())
}

/** Plays a history to its end and syncs, so nothing is pending. */
async function play(open: Opening, history: LinkedHistory): Promise<PlayedLink> {
  const team = await open(history)
  for (const step of history.steps) await team.play(step)
  await requireSynced(team)
  return team
}

/** Ids of the users with one of the outcomes. */
function listWith({ results }: Reported, ...wanted: string[]): number[] {
  return results.flatMap(({ outcome, userId }) => (wanted.includes(outcome) ? (userId ?? []) : []))
}

describe('any history of a linked store', () => {
  test('GitLab has the seats of the results except pending ones, and a sync settles those', async () => {
    const open = await openGitLabs()
    await fc.assert(
      fc.asyncProperty(makeLinkedHistories(9), async (history) => {
        const team = await open(history)
        const ledger = new SeatLedger(team)
        for (const step of history.steps) await playAndCheck(team, step, ledger)
        await requireSynced(team)
        ledger.addConfirmed()
        expect(listUnexplained(team.gitlab.readHolders(), ledger.holders, team.readPending())).toEqual(
          noHolders,
        )
        expect(team.gitlab.sentAgain).toEqual([])
      }),
      { ...unshrunk, numRuns: 40 },
    )
  })

  async function playAndCheck(team: PlayedLink, step: LinkedStep, ledger: SeatLedger): Promise<void> {
    const before = look(team)
    const ended = await team.play(step)
    ledger.addConfirmed()
    expect(team.listHistoryFaults()).toEqual([])
    const meanwhile = 'run' in step || 'sync' in step ? findMeanwhile(step) : null
    for (const addOn of addOnNames)
      if (meanwhile !== null) for (const userId of meanwhile) ledger.adopt(addOn, userId)
    expect(listUnexplained(team.gitlab.readHolders(), ledger.holders, team.readPending())).toEqual(noHolders)
    expect(team.readWaiting()).toEqual(team.readPending())
    expect(team.gitlab.sentAgain).toEqual([])
    const isDry = 'run' in step && step.dryRun
    if (ended !== null && meanwhile === null && !isDry) requireWithinQuantity(team, before, ended)
    if ('run' in step && ended !== null) requireRunKept(team, step, before, ended, meanwhile !== null)
  }

  interface Look {
    gitlab: Holders
    pendingRemovals: Holders
    dump: string
  }

  function look(team: PlayedLink): Look {
    return {
      gitlab: team.gitlab.readHolders(),
      pendingRemovals: team.readPendingRemovals(),
      dump: JSON.stringify(team.dump()),
    }
  }

  /** Ids of the users whose seat an administrator may have changed during the push; null without such a change. */
  function findMeanwhile(step: Extract<LinkedStep, { run: object } | { sync: object }>): number[] | null {
    const { meanwhile } = 'run' in step ? step.disturbance : step.sync
    if (meanwhile === null) return null
    if ('give' in meanwhile) return [meanwhile.give]
    return 'take' in meanwhile ? [meanwhile.take] : []
  }

  /** An administrator may hold more seats than were bought; the tool never adds to them. */
  function requireWithinQuantity(team: PlayedLink, { gitlab }: Look, { reported }: Ended): void {
    const held = team.gitlab.readHolders()
    for (const addOn of addOnNames) {
      const quantity = team.gitlab.readQuantity(addOn) ?? 0
      expect(held[addOn].length).toBeLessThanOrEqual(Math.max(gitlab[addOn].length, quantity))
    }
    if (reported === null || reported.summary.refusal !== null) return
    const { addOn } = reported
    const given = listWith(reported, 'assigned').length - listWith(reported, 'unassigned').length
    if (given > 0)
      expect(team.gitlab.readHolders()[addOn].length).toBeLessThanOrEqual(team.countBought(addOn))
  }

  function requireRunKept(
    team: PlayedLink,
    { run, dryRun, push }: Extract<LinkedStep, { run: object }>,
    before: Look,
    { reported, failure, sent }: Ended,
    isDisturbed: boolean,
  ): void {
    if (dryRun || !push) expect(sent.mutations).toBe(0)
    if (!push) expect(sent.queries).toBe(0)
    if (dryRun) expect(JSON.stringify(team.dump())).toBe(before.dump)
    if (reported === null || isDisturbed) return
    const { addOn } = reported
    // These commands read the holders from GitLab first.
    const isPulled = push && !dryRun && ['apply', 'reclaim', 'undo'].includes(run.command)
    if (isPulled && failure === null && reported.summary.refusal === null)
      expect(team.readHolders()[addOn]).toEqual(team.gitlab.readHolders()[addOn])
    const isCapped = run.command === 'apply' || run.command === 'reclaim'
    if (!isCapped || !('number' in run.maxRemovals)) return
    const lost = without(before.gitlab[addOn], team.gitlab.readHolders()[addOn])
    expect(without(lost, before.pendingRemovals[addOn]).length).toBeLessThanOrEqual(run.maxRemovals.number)
  }
})

describe('any order after a sync of a linked store', () => {
  test('an apply of the output of "list --format csv" changes nothing, and an undo right after a run restores both sides exactly when it can', async () => {
    const open = await openGitLabs()
    await fc.assert(
      fc.asyncProperty(
        makeLinkedHistories(3),
        fc.oneof(orders, busyOrders),
        fc.boolean(),
        async (history, order, push) => {
          const team = await play(open, history)
          const before = readBoth(team)
          if (before.own[order.addOn].length > 0) requireNothingDone(await applyList(team, order.addOn))
          expect(readBoth(team)).toEqual(before)
          const { reported, failure } = await team.run(order, { push })
          if (reported === null || reported.summary.refusal !== null) return
          expect(failure).toBeNull()
          const isWhole = canBeGivenBack(team, reported, before.own)
          const undone = await team.run({ ...order, command: 'undo', runsBack: 0 }, { push })
          expect(undone.failure).toBeNull()
          await requireSynced(team)
          if (isWhole) expect(readBoth(team)).toEqual(before)
          else expect(readBoth(team)).not.toEqual(before)
        },
      ),
      { ...unshrunk, numRuns: 12 },
    )
  })

  function readBoth(team: PlayedLink): { own: Holders; gitlab: Holders } {
    return { own: team.readHolders(), gitlab: team.gitlab.readHolders() }
  }

  function canBeGivenBack(team: PlayedLink, done: Reported, before: Holders): boolean {
    const lost = listWith(done, 'unassigned', 'pending_removal')
    const isRoom = before[done.addOn].length <= team.countBought(done.addOn)
    return lost.length === 0 || (isRoom && without(lost, team.listEligible()).length === 0)
  }

  /** GitLab.com reports only by a refusal that a holder of another add-on is no longer a member. */
  function requireNothingDone({ reported, failure, sent }: Ended): void {
    const isRefused = reported?.results.some(({ pushed }) => pushed === 'refused') ?? false
    expect([failure, reported?.summary.refusal]).toEqual([null, null])
    if (!isRefused) expect(sent.mutations).toBe(0)
    expect(reported && listWith(reported, 'pending', 'pending_removal', 'assigned', 'unassigned')).toEqual([])
  }

  async function applyList(team: PlayedLink, addOn: AddOn): Promise<Ended> {
    const path = join(directory, 'holders.csv')
    const listed = listUsers(team.store, { ...listOptions, addOn }, team.now)
    writeFileSync(path, await print((page) => writeDocument(createListDocument(listed), 'csv', page)))
    const list = await openCsvSource(path, { header: true })
    try {
      return await team.run(makeOrder('apply', [], { addOn, maxRemovals: { number: 0 } }), { list })
    } finally {
      await list.close()
    }
  }

  /** Orders that may take many seats. */
  const greedy = fc
    .record({ order: orders, command: fc.constantFrom<RunCommand>('apply', 'apply', 'apply', 'reclaim') })
    .map(
      ({ order, command }): PlayedOrder => ({
        ...order,
        command,
        mode: 'equal',
        onShortage: 'fill',
        days: 1,
        includeNeverActive: true,
        toFree: null,
      }),
    )

  test('a cap of N removals removes N seats in GitLab and never N + 1, and the same command again sends no mutation', async () => {
    const open = await openGitLabs()
    await fc.assert(
      fc.asyncProperty(makeLinkedHistories(3), greedy, async (history, order) => {
        const team = await play(open, history)
        const capped = (seats: number): PlayedOrder => ({ ...order, maxRemovals: { number: seats } })
        const preview = (await team.run(capped(100), { dryRun: true })).reported
        // Unclear rows refuse every removal, whatever the cap is.
        const refusal = preview?.summary.refusal ?? null
        if (preview === null || refusal === 'unknown_users' || refusal === 'no_known_users') return
        const { removals } = preview.summary
        const before = readBoth(team)
        if (removals > 0) {
          const { reported, sent } = await team.run(capped(removals - 1))
          expect([reported?.summary.refusal, sent.mutations]).toEqual(['too_many_removals', 0])
          expect(readBoth(team)).toEqual(before)
        }
        const { failure } = await team.run(capped(removals))
        const after = readBoth(team)
        expect(failure).toBeNull()
        expect(without(before.gitlab[order.addOn], after.gitlab[order.addOn])).toHaveLength(removals)
        expect(after.own[order.addOn]).toEqual(after.gitlab[order.addOn])
        requireNothingDone(await team.run(capped(0)))
        expect(readBoth(team)).toEqual(after)
      }),
      { ...unshrunk, numRuns: 12 },
    )
  })
})
