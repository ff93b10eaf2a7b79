import { describeHiddenAddresses, type HiddenAddresses } from '../domain/hidden-addresses.ts'
import { foldAddress } from '../domain/people/fold-address.ts'
import type { UserAddress } from '../domain/user.ts'
import type { AddressOwner } from '../gitlab/find-users.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import { inAnyOrder } from '../gitlab/in-any-order.ts'
import type { StoreContext, WorkContext } from '../session.ts'

/** Requests in flight: GitLab searches all users for each address. */
const lanes = 4

/** So many take minutes. */
const manyAddresses = 1_000

/** Looks each address up once in a run, since the plan and the run after it have the same list. */
export class AddressLookUp {
  readonly #isAllowed: boolean
  readonly #context: StoreContext
  readonly #owners = new Map<string, number | null>()
  #hasTold = false

  constructor(isAllowed: boolean, context: StoreContext) {
    this.#isAllowed = isAllowed
    this.#context = context
  }

  /** @returns the addresses that GitLab finds, folded */
  async find(wanted: readonly string[], gitlab: GitLab): Promise<UserAddress[]> {
    const addresses = [...new Set(wanted.map(foldAddress))]
    const unasked = addresses.filter((address) => !this.#owners.has(address))
    if (unasked.length > 0 && this.#mayAsk(unasked.length, gitlab)) await this.#ask(unasked, gitlab)
    return addresses.flatMap((address) => {
      const userId = this.#owners.get(address) ?? null
      return userId === null ? [] : [{ userId, address }]
    })
  }

  #mayAsk(count: number, gitlab: GitLab): boolean {
    if (!this.#isAllowed) return false
    const reason = explainNoLookUp(gitlab, this.#context.store.links.findHiddenAddresses())
    if (reason !== null) this.#tellOnce({ kind: 'addresses_not_looked_up', count, reason })
    else if (count >= manyAddresses) this.#tellOnce({ kind: 'many_addresses_looked_up', count })
    return reason === null
  }

  #tellOnce(event: Parameters<WorkContext['tell']>[0]): void {
    if (!this.#hasTold) this.#context.tell(event)
    this.#hasTold = true
  }

  async #ask(addresses: readonly string[], gitlab: GitLab): Promise<void> {
    const search = async (address: string, signal: AbortSignal) => ({
      address,
      owner: findOwner(address, await gitlab.searchAddress(address, signal)),
    })
    for await (const { address, owner } of inAnyOrder(addresses, lanes, this.#context.signal, search))
      this.#owners.set(address, owner)
  }
}

/** GitLab searches names as well, and addresses that are not confirmed: only an equal address counts. */
function findOwner(address: string, found: readonly AddressOwner[]): number | null {
  const owners = found.filter(({ addresses }) => addresses.some((own) => foldAddress(own) === address))
  const [owner] = owners
  return owner !== undefined && owners.length === 1 ? owner.userId : null
}

/** @returns a sentence, or null if a look-up may find users */
function explainNoLookUp({ offering }: GitLab, hidden: HiddenAddresses | null): string | null {
  if (offering === 'gitlab.com') return 'On GitLab.com, only a sync reads addresses.'
  return describeHiddenAddresses(hidden)
}
