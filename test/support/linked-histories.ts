import fc from 'fast-check'
import { type AddOn, addOnNames } from '../../src/domain/add-on.ts'
import type { Offering } from '../../src/domain/user.ts'
import { type AdminChange, calm, type Disturbance } from './played-gitlab.ts'
import { busyOrders, busySyncs, few, orders, type PlayedOrder } from './seat-histories.ts'
import type { Tampering } from './tampering-proxy.ts'
import { id, type World, worlds } from './worlds.ts'

/** One event for a linked store or its GitLab. */
export type LinkedStep =
  | { run: PlayedOrder; dryRun: boolean; push: boolean; disturbance: Disturbance }
  | { sync: Disturbance }
  | { admin: AdminChange }
  | { become: World }

export interface LinkedHistory {
  offering: Offering
  first: World
  steps: LinkedStep[]
}

const addOn: fc.Arbitrary<AddOn> = fc.constantFrom('duo-pro', 'duo-pro', ...addOnNames)

function makeAdminChanges(userIds: fc.Arbitrary<number>, mostSeats: number): fc.Arbitrary<AdminChange> {
  return fc.oneof(
    fc.record({ give: userIds, addOn }),
    fc.record({ take: userIds, addOn }),
    fc.record({ quantity: fc.nat({ max: mostSeats }), addOn }),
    fc.record({ state: fc.constantFrom('blocked', 'active', 'deactivated'), userId: userIds }),
    fc.record({ member: fc.boolean(), userId: userIds }),
  )
}

const lost: fc.Arbitrary<Tampering> = fc.constantFrom('pass', 'drop', 'drop-after', 'drop-after')

function makeDisturbances(adminChanges: fc.Arbitrary<AdminChange>): fc.Arbitrary<Disturbance> {
  const trouble = fc.record({
    mutations: fc.array(lost, { minLength: 1, maxLength: 3 }),
    isDeniedThen: fc.boolean(),
    lostQueries: fc.uniqueArray(fc.nat({ max: 9 }), { maxLength: 2 }),
    meanwhile: fc.option(adminChanges, { freq: 1 }),
  })
  return fc.oneof(fc.constant(calm), trouble)
}

/** One run of four is not pushed, and one of eight is a dry run. */
function makeSteps(
  orders: fc.Arbitrary<PlayedOrder>,
  syncs: fc.Arbitrary<World>,
  adminChanges: fc.Arbitrary<AdminChange>,
): fc.Arbitrary<LinkedStep> {
  const disturbance = makeDisturbances(adminChanges)
  const run = fc.record({
    run: orders,
    dryRun: fc.nat({ max: 7 }).map((drawn) => drawn === 7),
    push: fc.nat({ max: 3 }).map((drawn) => drawn < 3),
    disturbance,
  })
  return fc.oneof(
    { arbitrary: run, weight: 8 },
    { arbitrary: fc.record({ sync: disturbance }), weight: 1 },
    { arbitrary: fc.record({ admin: adminChanges }), weight: 2 },
    { arbitrary: fc.record({ become: syncs }), weight: 1 },
  )
}

const anySteps = makeSteps(orders, worlds, makeAdminChanges(id, 6))
const busySteps = makeSteps(busyOrders, busySyncs, makeAdminChanges(fc.constantFrom(...few), 3))

/**
 * Two of three histories are about few users, so most orders change a seat.
 *
 * @param maxLength the most steps of a history; each step sends some requests
 */
export function makeLinkedHistories(maxLength: number): fc.Arbitrary<LinkedHistory> {
  const offering = fc.constantFrom<Offering>('gitlab.com', 'self-managed')
  const make = (first: fc.Arbitrary<World>, step: fc.Arbitrary<LinkedStep>) =>
    fc.record({ offering, first, steps: fc.array(step, { minLength: 1, maxLength }) })
  return fc.oneof(
    { arbitrary: make(worlds, anySteps), weight: 1 },
    { arbitrary: make(busySyncs, busySteps), weight: 2 },
  )
}
