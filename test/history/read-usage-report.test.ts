import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addOnNames } from '../../src/domain/add-on.ts'
import { addDays, dayOf } from '../../src/domain/day.ts'
import { reclaimSpans } from '../../src/domain/seat-usage.ts'
import { periodNames } from '../../src/domain/usage-periods.ts'
import { UserError } from '../../src/errors.ts'
import { readUsageReport, type UsageOptions } from '../../src/history/read-usage-report.ts'
import { PlayedTeam } from '../support/played-team.ts'
import { type History, histories, makeOrder } from '../support/seat-histories.ts'

async function play({ first, steps }: History): Promise<PlayedTeam> {
  const team = new PlayedTeam()
  await team.sync(first)
  for (const step of steps) await team.play(step)
  return team
}

/** @returns null without a purchase of the add-on */
function findUsage(team: PlayedTeam, options: Partial<UsageOptions>) {
  try {
    return readUsageReport(team.store, { addOn: null, by: 'day', since: null, ...options }, team.now)
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

test('in any store, the reclaimable seats are those that reclaim would remove', async () => {
  let compared = 0
  await fc.assert(
    fc.asyncProperty(histories, fc.constantFrom(...addOnNames), async (history, addOn) => {
      const team = await play(history)
      const usage = findUsage(team, { addOn })
      for (const days of reclaimSpans) {
        const preview = await team.run(makeOrder('reclaim', [], { addOn, days }), { dryRun: true })
        if (preview === null) continue
        compared += 1
        const removed = preview.results.filter(({ outcome }) => outcome === 'unassigned')
        expect([preview.summary.refusal, usage?.holders.reclaimable[days]]).toEqual([null, removed.length])
      }
    }),
    { numRuns: 100 },
  )
  expect(compared).toBeGreaterThan(100)
})

test('in any store, the last period has the seats that are held and bought, whatever its length', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.constantFrom(...periodNames), async (history, by) => {
      const team = await play(history)
      for (const addOn of addOnNames) {
        const usage = findUsage(team, { addOn, by })
        if (usage === null || usage.purchase.goneAt !== null) continue
        const { purchase, holders, periods } = usage
        expect([holders.held, periods.at(-1)]).toEqual([
          purchase.assigned,
          expect.objectContaining({ held: purchase.assigned, bought: purchase.quantity }),
        ])
      }
    }),
    { numRuns: 100 },
  )
})

test('a use thirty days ago is idle, in the count of holders as in the activity of the sync', async () => {
  const team = new PlayedTeam()
  const ago = (days: number) => addDays(dayOf(team.now), -days)
  const user = (id: number, name: string, days: number) => ({
    ...({ id, username: name, name, email: null, state: 'active', type: 'human', member: true } as const),
    lastActivityOn: null,
    lastDuoActivityOn: ago(days),
  })
  await team.sync({
    users: [user(1, 'ada', 29), user(2, 'bob', 30)],
    quantities: { 'duo-pro': 5, 'duo-enterprise': null },
    seats: [1, 2].map((userId) => ({ addOnPurchaseId: 1, userId, assignedAt: null })),
    isStale: false,
  })
  expect(findUsage(team, {})).toMatchObject({
    holders: { used: { 30: 1 }, idle: { 30: 1 } },
    periods: [{ held: 2, bought: 5, active: 1 }],
  })
})
