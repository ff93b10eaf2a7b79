import { openStoreOf } from './fill-store.ts'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from './make-snapshot.ts'
import type { Workdir } from './workdir.ts'

/** Users by id and GitLab's spelling, for expected results. */
export const team = {
  ada: [1, 'ada'],
  bob: [2, 'Bob'],
  carol: [3, 'carol'],
  dora: [4, 'dora'],
  eve: [5, 'eve'],
  frank: [6, 'frank'],
  bot: [9, 'project_1_bot'],
} satisfies Record<string, [number, string]>

/** `ada` holds one of four seats. `dora` is blocked, the twins share an address, and one user is a bot. */
const teamFacts = {
  add_on_purchases: [makePurchase({ quantity: 4 })],
  users: [
    makeUser(1, 'ada'),
    makeUser(2, 'Bob'),
    makeUser(3, 'carol'),
    makeUser(4, 'dora', { state: 'blocked' }),
    makeUser(5, 'eve'),
    makeUser(6, 'frank', { email: null }),
    makeUser(7, 'twin-one', { email: 'twins@example.com' }),
    makeUser(8, 'twin-two', { email: 'twins@example.com' }),
    makeUser(9, 'project_1_bot', { type: 'project_bot' }),
  ],
  seats: [makeSeat(1)],
}

/** A directory with nothing but a store of the team. */
export function openTeam(facts: object = {}): Promise<Workdir> {
  return openStoreOf(makeTeamSnapshot(facts))
}

export function makeTeamSnapshot(facts: object = {}): ReturnType<typeof makeSnapshot> {
  return makeSnapshot({ ...teamFacts, ...facts })
}

/** A quantity that leaves `free` seats beside the held one. */
export function withFreeSeats(free: number): object {
  return { add_on_purchases: [makePurchase({ quantity: free + 1 })] }
}

/** Both add-ons are active. */
export const withBothAddOns = {
  add_on_purchases: [
    makePurchase({ quantity: 4 }),
    makePurchase({ id: 2, add_on: 'duo-enterprise', quantity: 1 }),
  ],
}
