import { type AddOnPurchase, addOns } from '../domain/add-on.ts'
import { formatGlobalId } from '../domain/global-id.ts'
import { isUserState } from '../domain/user.ts'
import type { ServedUser } from '../store/served-data.ts'
import { listVisibleAddresses } from './list-addresses.ts'
import { OffsetConnection, type PageArguments } from './offset-connection.ts'
import type { PlayedGitLab } from './played-gitlab.ts'

/** GitLab's user types. A store may hold others, from a newer GitLab. */
const userTypes = new Set([
  ...['ADMIN_BOT', 'ALERT_BOT', 'AUTOMATION_BOT', 'DUO_CODE_REVIEW_BOT', 'GHOST', 'HUMAN', 'IMPORT_USER'],
  ...['PLACEHOLDER', 'PROJECT_BOT', 'SECURITY_BOT', 'SECURITY_POLICY_BOT', 'SERVICE_ACCOUNT', 'SERVICE_USER'],
  ...['SUPPORT_BOT', 'VISUAL_REVIEW_BOT'],
])

/** `AddOnPurchase`. It counts its seats when a query asks for them. */
export class PurchaseNode {
  readonly #gitlab: PlayedGitLab
  readonly #purchase: AddOnPurchase
  readonly id: string
  readonly name: string
  readonly purchasedQuantity: number

  constructor(gitlab: PlayedGitLab, purchase: AddOnPurchase) {
    this.#gitlab = gitlab
    this.#purchase = purchase
    this.id = formatGlobalId('GitlabSubscriptions::AddOnPurchase', purchase.id)
    this.name = addOns[purchase.addOn].type
    this.purchasedQuantity = purchase.quantity
  }

  readonly assignedQuantity = (): number => this.#gitlab.data.lists.countSeats(this.#purchase.id)
}

/** `AddOnUser`, and `UserCore`, which has some of its fields. Unknown fields are null, as GitLab allows. */
export class UserNode {
  readonly #gitlab: PlayedGitLab
  readonly #user: ServedUser
  readonly #listShownPurchases: () => AddOnPurchase[]

  /** @param listShownPurchases is called for each user; pass one that keeps its answer for a page of users */
  constructor(
    gitlab: PlayedGitLab,
    user: ServedUser,
    listShownPurchases = () => gitlab.listShownPurchases(),
  ) {
    this.#gitlab = gitlab
    this.#user = user
    this.#listShownPurchases = listShownPurchases
  }

  get id(): string {
    return formatGlobalId('User', this.#user.id)
  }

  get username(): string {
    return this.#user.username
  }

  get name(): string {
    return this.#user.name
  }

  get publicEmail(): string | null {
    return this.#user.email
  }

  get email(): string | null {
    return this.#user.email
  }

  /** GitLab's enum lacks the state of a newer GitLab. */
  get state(): string {
    return isUserState(this.#user.state) ? this.#user.state : 'blocked'
  }

  get active(): boolean {
    return this.#user.state === 'active'
  }

  get type(): string {
    const type = this.#user.type.toUpperCase()
    return userTypes.has(type) ? type : 'SERVICE_USER'
  }

  get human(): boolean {
    return this.#user.type === 'human'
  }

  get bot(): boolean {
    return this.#user.type !== 'human' && this.#user.type !== 'ghost'
  }

  get lastActivityOn(): string | null {
    return this.#user.lastActivityOn
  }

  get lastDuoActivityOn(): string | null {
    return this.#user.lastDuoActivityOn
  }

  get avatarUrl(): null {
    return null
  }

  get webPath(): string {
    return `/${this.#user.username}`
  }

  get webUrl(): string {
    return `${this.#gitlab.role.url}/${this.#user.username}`
  }

  /** Empty for a caller without the right to see addresses. */
  emails(page: PageArguments): object {
    return new OffsetConnection(listVisibleAddresses(this.#gitlab, this.#user), page, (some) => [...some])
  }

  /** Seats of the requested purchases that are active. */
  addOnAssignments({ addOnPurchaseIds, ...page }: PageArguments & { addOnPurchaseIds: number[] }): object {
    const { heldPurchaseIds } = this.#user
    const isShown = ({ id }: AddOnPurchase) => addOnPurchaseIds.includes(id) && heldPurchaseIds.includes(id)
    const held = heldPurchaseIds.length === 0 ? [] : this.#listShownPurchases().filter(isShown)
    return new OffsetConnection(held, page, (purchases) =>
      purchases.map((purchase) => ({ addOnPurchase: new PurchaseNode(this.#gitlab, purchase) })),
    )
  }
}

export function connectUsers(
  gitlab: PlayedGitLab,
  ids: readonly number[],
  page: PageArguments,
): OffsetConnection<number, UserNode> {
  let purchases: AddOnPurchase[] | null = null
  const listShownPurchases = () => {
    purchases ??= gitlab.listShownPurchases()
    return purchases
  }
  return new OffsetConnection(ids, page, (some) =>
    gitlab.data.readUsers(some).map((user) => new UserNode(gitlab, user, listShownPurchases)),
  )
}
