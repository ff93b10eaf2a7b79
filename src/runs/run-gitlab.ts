import type { Link } from '../domain/link.ts'
import { UserError } from '../errors.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { Order } from '../orders/order.ts'
import { pushEarlierChanges } from '../push/push-changes.ts'
import { lockWait, type StoreContext } from '../session.ts'
import type { PushLock } from '../store/store.ts'
import { AddressLookUp } from './look-up-addresses.ts'
import { type NamedUsers, readNamedUsers } from './named-users.ts'
import { type GitLabState, refreshFromGitLab } from './refresh-from-gitlab.ts'

interface RunGitLabContext extends StoreContext {
  connect: (link: Link) => Promise<GitLab>
}

/** Ready for changes: no other process pushes until the lock is released. */
export interface PreparedGitLab {
  gitlab: GitLab
  state: GitLabState
  lock: PushLock
}

/** The linked GitLab during one run. */
export class RunGitLab {
  readonly #link: Link
  readonly #order: Order
  readonly #context: RunGitLabContext
  readonly #addresses: AddressLookUp

  constructor(link: Link, order: Order, context: RunGitLabContext) {
    this.#link = link
    this.#order = order
    this.#context = context
    this.#addresses = new AddressLookUp(order.lookUp, context)
  }

  /** For a preview: nothing is pushed. */
  async read(): Promise<GitLabState> {
    const named = await this.#readInput()
    return this.#refresh(await this.#connect(), named)
  }

  /** The wait for the lock costs no time of GitLab's timeout. Earlier changes go first: the plan starts from confirmed seats. */
  async prepare(): Promise<PreparedGitLab> {
    const lock = await this.#context.store.takePushLock(lockWait(this.#context))
    try {
      const named = await this.#readInput()
      const gitlab = await this.#connect()
      requireChanges(gitlab)
      await this.#pushEarlier(gitlab)
      const state = await this.#refresh(gitlab, named)
      return { gitlab, state, lock }
    } catch (error) {
      lock.release()
      throw error
    }
  }

  async #connect(): Promise<GitLab> {
    const gitlab = await this.#context.connect(this.#link)
    await this.#order.source.load?.(gitlab)
    return gitlab
  }

  async #pushEarlier(gitlab: GitLab): Promise<void> {
    const push = await pushEarlierChanges({ ...this.#context, gitlab })
    if (push === null) return
    const { confirmed, pending } = push
    this.#context.tell({
      kind: 'earlier_changes_pushed',
      confirmed,
      refused: push.refused.map(({ outcome }) => outcome),
      pending,
    })
  }

  /** @returns null for a source that GitLab must fill first */
  async #readInput(): Promise<NamedUsers | null> {
    return this.#order.source.load === undefined ? readNamedUsers(this.#order, this.#context) : null
  }

  async #refresh(gitlab: GitLab, named: NamedUsers | null): Promise<GitLabState> {
    const known = named ?? (await readNamedUsers(this.#order, this.#context))
    return refreshFromGitLab(gitlab, known, this.#order, { ...this.#context, addresses: this.#addresses })
  }
}

/** A change that is pending for an old GitLab could never be pushed. */
function requireChanges({ version, capabilities }: GitLab): void {
  if (capabilities.givesSeats && capabilities.takesSeats) return
  throw new UserError(
    'failed',
    `GitLab ${version} cannot change seats over its API. Nothing was written.`,
    'GitLab 16.8 or newer is needed: update it, or change the seats in its Admin area and run "duo-seats sync".',
  )
}
