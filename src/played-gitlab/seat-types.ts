import { type AddOnPurchase, addOns } from '../domain/add-on.ts'
import { formatGlobalId } from '../domain/global-id.ts'
import type { RehearsalUser } from '../store/served-data.ts'
import { OffsetConnection, type PageArguments } from './offset-connection.ts'
import type { ServedGitLab } from './served-gitlab.ts'

/** GitLab's user types; a store may know others, of a GitLab that is newer. */
const userTypes = new Set([
  ...['ADMIN_BOT', 'ALERT_BOT', 'AUTOMATION_BOT', 'DUO_CODE_REVIEW_BOT', 'GHOST', 'HUMAN', 'IMPORT_USER'],
  ...['PLACEHOLDER', 'PROJECT_BOT', 'SECURITY_BOT', 'SECURITY_POLICY_BOT', 'SERVICE_ACCOUNT', 'SERVICE_USER'],
  ...['SUPPORT_BOT', 'VISUAL_REVIEW_BOT'],
])

/** `AddOnPurchase`. Its seats are counted when somebody asks. */
export class PurchaseNode {
  readonly #gitlab: ServedGitLab
  readonly #purchase: AddOnPurchase
  readonly id: string
  readonly name: string
  readonly purchasedQuantity: number

  constructor(gitlab: ServedGitLab, purchase: AddOnPurchase) {
    this.#gitlab = gitlab
    this.#purchase = purchase
    this.id = formatGlobalId('GitlabSubscriptions::AddOnPurchase', purchase.id)
    this.name = addOns[purchase.addOn].type
    this.purchasedQuantity = purchase.quantity
  }

  readonly assignedQuantity = (): number => this.#gitlab.rehearsal.countSeats(this.#purchase.id)
}

/** `AddOnUser`, and `UserCore`, whose fields are some of its fields. What the store does not know is null, as it may be in GitLab. */
export class UserNode {
  readonly #gitlab: ServedGitLab
  readonly #user: RehearsalUser
  readonly #listActivePurchases: () => AddOnPurchase[]

  /** @param listActivePurchases is asked once for each user, so that a page of users should share one answer */
  constructor(
    gitlab: ServedGitLab,
    user: RehearsalUser,
    listActivePurchases = () => gitlab.listActivePurchases(),
  ) {
    this.#gitlab = gitlab
    this.#user = user
    this.#listActivePurchases = listActivePurchases
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

  get state(): string {
    return this.#user.state
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

  get webPath(): string {
    return `/${this.#user.username}`
  }

  get webUrl(): string {
    return `${this.#gitlab.role.url}/${this.#user.username}`
  }

  /** The seats of the purchases that are named and active. */
  addOnAssignments({ addOnPurchaseIds, ...page }: PageArguments & { addOnPurchaseIds: number[] }): object {
    const { heldPurchaseIds } = this.#user
    const isShown = ({ id }: AddOnPurchase) => addOnPurchaseIds.includes(id) && heldPurchaseIds.includes(id)
    const held = heldPurchaseIds.length === 0 ? [] : this.#listActivePurchases().filter(isShown)
    return new OffsetConnection(held, page, (purchases) =>
      purchases.map((purchase) => ({ addOnPurchase: new PurchaseNode(this.#gitlab, purchase) })),
    )
  }
}

/** A connection of users over a list of their ids. */
export function connectUsers(
  gitlab: ServedGitLab,
  ids: readonly number[],
  page: PageArguments,
): OffsetConnection<number, UserNode> {
  let purchases: AddOnPurchase[] | null = null
  const listActivePurchases = () => {
    purchases ??= gitlab.listActivePurchases()
    return purchases
  }
  return new OffsetConnection(ids, page, (some) =>
    gitlab.rehearsal.readUsers(some).map((user) => new UserNode(gitlab, user, listActivePurchases)),
  )
}
