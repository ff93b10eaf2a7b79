import fc from 'fast-check'
import { type AddOn, addOnNames } from '../../src/domain/add-on.ts'
import type { Instant } from '../../src/domain/day.ts'
import type { Seat, Snapshot } from '../../src/domain/snapshot.ts'
import type { User } from '../../src/domain/user.ts'
import type { Store } from '../../src/store/store.ts'

/** The state of GitLab for a sync. */
export interface World {
  users: User[]
  /** Seats bought of each add-on; null without a purchase. */
  quantities: Record<AddOn, number | null>
  /** Seats in GitLab; null: those of the store. */
  seats: Seat[] | null
  /** The snapshot was taken before the runs since the last sync. */
  isStale: boolean
}

export const purchaseIds: Record<AddOn, number> = { 'duo-pro': 1, 'duo-enterprise': 2 }

export const offering = 'gitlab.com'

/** A world with Duo Pro only and the seats of the store. */
export function makeWorld({
  quantity,
  ...facts
}: Pick<World, 'users'> & Partial<World> & { quantity: number }): World {
  return {
    quantities: { 'duo-pro': quantity, 'duo-enterprise': null },
    seats: null,
    isStale: false,
    ...facts,
  }
}

export const ids = [1, 2, 3, 4, 5, 6, 7, 8]
export const usernames = ['ada', 'Bob', 'cleo', 'dora', 'eve', 'fred', 'grace', 'hal', 'ida']

/** Few addresses, so some users share one. */
export const emails = ['team@example.com', 'lab@example.com', 'ada@example.com']

/** Days around those of a history. */
const day = fc.constantFrom(null, '2026-01-10', '2026-03-20', '2026-05-15')

export const id = fc.constantFrom(...ids)

const user: fc.Arbitrary<User> = fc
  .record({
    id,
    username: fc.constantFrom(...usernames),
    email: fc.constantFrom(null, null, ...emails),
    state: fc.constantFrom('active', 'active', 'active', 'active', 'blocked', 'deactivated'),
    type: fc.constantFrom('human', 'human', 'human', 'human', 'human', 'project_bot'),
    member: fc.constantFrom(true, true, true, true, true, false),
    lastDuoActivityOn: day,
  })
  .map((facts) => ({ ...facts, name: facts.username, lastActivityOn: null }))

/** Ids and usernames are unique; after a sync, a username may belong to another user. */
const users = fc.uniqueArray(user, {
  minLength: 4,
  maxLength: ids.length,
  selector: (one) => one,
  comparator: (one, other) => one.id === other.id || one.username === other.username,
})

const seats: fc.Arbitrary<Seat[]> = fc.uniqueArray(
  fc.record({
    addOnPurchaseId: fc.constantFrom(1, 1, 1, 2),
    userId: id,
    assignedAt: fc.constantFrom(null, '2025-12-01T09:00:00.000Z'),
  }),
  { selector: ({ addOnPurchaseId, userId }) => `${addOnPurchaseId}:${userId}` },
)

export const worlds: fc.Arbitrary<World> = fc.record({
  users,
  quantities: fc.record({
    'duo-pro': fc.integer({ min: 0, max: 7 }),
    'duo-enterprise': fc.option(fc.integer({ min: 0, max: 4 })),
  }),
  seats: fc.oneof({ arbitrary: fc.constant(null), weight: 2 }, seats),
  isStale: fc.boolean(),
})

/** The snapshot of a world. */
export function snapWorld({ users, quantities, seats }: World, takenAt: Instant, store: Store): Snapshot {
  const addOnPurchases = addOnNames.flatMap((addOn) => {
    const quantity = quantities[addOn]
    if (quantity === null) return []
    return [{ id: purchaseIds[addOn], addOn, quantity, startedOn: null, expiresOn: null, trial: false }]
  })
  const isThere = (all: readonly { id: number }[], wanted: number) => all.some(({ id }) => id === wanted)
  return {
    takenAt,
    subscription: {
      offering,
      url: 'https://gitlab.com',
      group: 'acme',
      plan: 'ultimate',
      gitlabVersion: '18.0.0',
      lastSyncAt: null,
    },
    addOnPurchases,
    users,
    seats: (seats ?? [...store.seats.readAll()]).filter(
      ({ addOnPurchaseId, userId }) => isThere(addOnPurchases, addOnPurchaseId) && isThere(users, userId),
    ),
  }
}
