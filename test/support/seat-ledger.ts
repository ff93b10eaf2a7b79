import { type AddOn, addOnNames } from '../../src/domain/add-on.ts'
import type { PlayedLink } from './played-link.ts'
import { type Holders, makeHolders } from './seat-trail.ts'

/** Who holds a seat in GitLab by what administrators did and what the store's results say was confirmed. */
export class SeatLedger {
  readonly #team: PlayedLink
  readonly #held: Record<AddOn, Set<number>>

  constructor(team: PlayedLink) {
    this.#team = team
    const holders = team.gitlab.readHolders()
    this.#held = {
      'duo-pro': new Set(holders['duo-pro']),
      'duo-enterprise': new Set(holders['duo-enterprise']),
    }
    team.gitlab.onAdminChange = (before, after) => {
      for (const addOn of addOnNames) {
        for (const userId of without(before[addOn], after[addOn])) this.#held[addOn].delete(userId)
        for (const userId of without(after[addOn], before[addOn])) this.#held[addOn].add(userId)
      }
    }
  }

  addConfirmed(): void {
    for (const { addOn, userId, isGiven } of this.#team.readConfirmed())
      if (isGiven) this.#held[addOn].add(userId)
      else this.#held[addOn].delete(userId)
  }

  /** Whose order nobody can tell: changed by an administrator in the middle of a push. */
  adopt(addOn: AddOn, userId: number): void {
    if (this.#team.gitlab.readHolders()[addOn].includes(userId)) this.#held[addOn].add(userId)
    else this.#held[addOn].delete(userId)
  }

  get holders(): Holders {
    return makeHolders((addOn) => this.#held[addOn])
  }
}

/** Those who are in one list and not in another. */
export function without(ids: readonly number[], others: readonly number[]): number[] {
  return ids.filter((userId) => !others.includes(userId))
}

/** Whose seat a GitLab has and a trail has not, or the other way round, but for those who are pending. */
export function listUnexplained(held: Holders, told: Holders, pending: Holders): Holders {
  return makeHolders((addOn) =>
    without([...without(held[addOn], told[addOn]), ...without(told[addOn], held[addOn])], pending[addOn]),
  )
}
