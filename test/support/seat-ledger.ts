import { type AddOn, addOnNames } from '../../src/domain/add-on.ts'
import type { PlayedLink } from './played-link.ts'
import { type Holders, makeHolders } from './seat-trail.ts'

/** The holders in GitLab by the changes of administrators and the confirmed results of the store. */
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

  /** Takes over a seat that an administrator changed during a push: the order of both changes is unknown. */
  adopt(addOn: AddOn, userId: number): void {
    if (this.#team.gitlab.readHolders()[addOn].includes(userId)) this.#held[addOn].add(userId)
    else this.#held[addOn].delete(userId)
  }

  get holders(): Holders {
    return makeHolders((addOn) => this.#held[addOn])
  }
}

/** The ids of one list that are not in another. */
export function without(ids: readonly number[], others: readonly number[]): number[] {
  return ids.filter((userId) => !others.includes(userId))
}

/** Ids of the users whose seat only GitLab or only a ledger has, without the pending ones. */
export function listUnexplained(held: Holders, told: Holders, pending: Holders): Holders {
  return makeHolders((addOn) =>
    without([...without(held[addOn], told[addOn]), ...without(told[addOn], held[addOn])], pending[addOn]),
  )
}
