import type { AddOn } from '../domain/add-on.ts'
import type { GroupReading, MemberRelation } from '../domain/group-members.ts'
import type { TokenUser } from '../domain/run.ts'
import type { SeatChange } from '../domain/seat-change.ts'
import type { Offering, User, UserAddress } from '../domain/user.ts'
import { readField } from './answer-fields.ts'
import { type AskedUser, askAboutUsers, type UserAnswers } from './ask-about-users.ts'
import { type Capabilities, readCapabilities } from './capabilities.ts'
import { changeSeats, type SeatAnswer } from './change-seats.ts'
import * as documents from './documents.ts'
import { type AddressReading, readEnterpriseAddresses } from './enterprise-addresses.ts'
import { type FoundGroup, findGroup } from './find-group.ts'
import {
  type AddressOwner,
  findUsers,
  readAddressesOf,
  searchAddress,
  type WantedUsers,
} from './find-users.ts'
import { GraphqlClient } from './graphql-client.ts'
import { readGroupMembers } from './group-members.ts'
import { isJsonObject } from './http/json-object.ts'
import { Transport, type TransportOptions } from './http/transport.ts'
import { type Account, readAccount, readTokenUser } from './read-account.ts'
import { readPurchases, type ShownPurchases } from './read-purchases.ts'
import { type LicenseReading, type PurchaseReading, readLicense } from './readings.ts'
import { requireVersion } from './require-version.ts'
import type { SeatList, UserContext } from './seat-list.ts'
import { countUsersPerQuestion } from './seat-question.ts'
import { requireSeatRight } from './seat-right.ts'
import {
  type EligiblePage,
  type Holder,
  readEligiblePages,
  readHolderPages,
  readUserPages,
  type UserPage,
} from './user-pages.ts'

export interface GitLabTarget {
  /** Origin and relative root, without a trailing slash. */
  url: string
  /** Full path of the top-level group; null on Self-Managed. */
  group: string | null
}

export interface GitLabOptions extends GitLabTarget, TransportOptions {
  /** Whether the purchases are read next: then their query is sent at once. */
  readsPurchases?: boolean | undefined
}

export class GitLab {
  readonly target: GitLabTarget
  /** As GitLab's `metadata` reports it: `17.11.2-ee`. */
  readonly version: string
  readonly capabilities: Capabilities
  /** Null if GitLab does not name the user. */
  readonly tokenUser: TokenUser | null
  readonly #options: GitLabOptions
  readonly #transport: Transport
  readonly #client: GraphqlClient
  #group: Promise<FoundGroup> | null = null

  private constructor(
    options: GitLabOptions,
    transport: Transport,
    client: GraphqlClient,
    capabilities: Capabilities,
    tokenUser: TokenUser | null,
  ) {
    this.target = { url: options.url, group: options.group }
    this.version = client.version
    this.capabilities = capabilities
    this.tokenUser = tokenUser
    this.#options = options
    this.#transport = transport
    this.#client = client
  }

  /**
   * @param signal replaces the signal of the options until connected
   * @throws DeniedError if GitLab refuses the token; UnreachableError; UserError for an address without a GitLab, or one without
   *   add-ons
   */
  static async connect(options: GitLabOptions, signal: AbortSignal = options.signal): Promise<GitLab> {
    const transport = new Transport(options)
    const client = new GraphqlClient(transport)
    if (options.readsPurchases) sendPurchasesAhead(client, options, signal)
    const data = (await client.query(documents.connect, {}, signal)) ?? {}
    client.version = transport.address.quote(requireVersion(data['metadata']))
    const { queryComplexity } = data
    if (isJsonObject(queryComplexity))
      options.onDebug(
        client.quote(
          `GitLab: version ${client.version}, complexity ${queryComplexity['score']} of ${queryComplexity['limit']}`,
        ),
      )
    const capabilities = readCapabilities(data, client.version, options)
    return new GitLab(options, transport, client, capabilities, readTokenUser(client, data['currentUser']))
  }

  /**
   * Waits with exponential back-off before all of a piece of work is repeated; `failures` are in a row. The wait
   * is as long as after one failure more of a single request.
   *
   * @param what GitLab's last failure: continues the sentence "GitLab at HOST"
   * @throws UnreachableError when `--timeout` leaves no time to wait
   */
  waitAfterFailures(failures: number, what: string): Promise<void> {
    return this.#transport.waitAfterFailures(failures + 1, what)
  }

  /** After so many milliseconds GitLab must be done with a request whose answer was lost. */
  get mostWorkMs(): number {
    return this.#transport.mostWorkMs
  }

  get offering(): Offering {
    return this.target.group === null ? 'self-managed' : 'gitlab.com'
  }

  /** @throws DeniedError if GitLab does not name the user */
  readAccount(): Promise<Account> {
    return readAccount({ tokenUser: this.tokenUser, transport: this.#transport })
  }

  /** @returns null if GitLab hides the license: on GitLab.com, and from all but administrators */
  async readLicense(): Promise<LicenseReading | null> {
    const data = await this.#client.query(documents.readLicense)
    const license = data && readField(data, 'currentLicense')
    if (!isJsonObject(license)) return null
    const { plan, lastSyncAt } = readLicense(license)
    return { plan: this.#client.quote(plan), lastSyncAt }
  }

  /** GitLab shows active purchases only. If it hides them from the token, this throws a DeniedError. */
  async readPurchases(): Promise<PurchaseReading[]> {
    return (await this.readAllPurchases()).purchases
  }

  /** As {@link readPurchases}, with the products of purchases without seats for users, such as GitLab Duo Core. */
  async readAllPurchases(): Promise<ShownPurchases> {
    const { target, capabilities } = this
    const context = { client: this.#client, target, capabilities }
    const shown = await readPurchases(context, await this.#readGroupId())
    // Without the right, GitLab answers with an empty list as well.
    if (shown.purchases.length === 0) await this.requireSeatRight()
    return shown
  }

  /** @throws DeniedError if the user of the token is not an administrator or, for a group, not an Owner */
  async requireSeatRight(): Promise<void> {
    await this.#readGroupId()
    const { target, capabilities, tokenUser } = this
    const [client, transport] = [this.#client, this.#transport]
    await requireSeatRight({ client, transport, target, capabilities, tokenUser })
  }

  /**
   * Reads the holders of a purchase, or the eligible users without a seat. Pages come in any order, and a user may come twice.
   * Before GitLab 17.5, ineligible holders are missing and the total is null.
   *
   * @throws DeniedError if GitLab hides the users from the token; UserError if this version lists no users
   */
  async *readUsers(
    purchase: { id: number; addOn: AddOn },
    which: 'holders' | 'free',
  ): AsyncIterable<UserPage> {
    yield* readUserPages(await this.#openLists(), purchase, which)
  }

  /**
   * Before GitLab 17.5: reads the eligible users with their seats of these purchases, like {@link readUsers}. The total is that of
   * eligible users.
   */
  async *readEligibleUsers(purchases: SeatList['purchases']): AsyncIterable<EligiblePage> {
    yield* readEligiblePages(await this.#openLists(), purchases)
  }

  /** All holders, page by page, like {@link readUsers}. */
  async *readHolders(purchase: { id: number; addOn: AddOn }): AsyncIterable<Holder[]> {
    yield* readHolderPages(await this.#openLists(), purchase)
  }

  /**
   * Finds users by name, case-insensitively, and by id, each once. Unknown users are left out. On GitLab.com `member` is always
   * false: a look-up does not report it.
   *
   * @param tellAsked called after each answer, with the number of names and ids that are answered by then
   */
  findUsers(wanted: WantedUsers, tellAsked: (asked: number) => void = () => {}): Promise<User[]> {
    const { offering } = this
    const { signal } = this.#options
    return findUsers({ client: this.#client, offering, signal }, wanted, tellAsked)
  }

  /** Users that GitLab finds by an address, private ones for an administrator. The search may find others too. */
  searchAddress(address: string, signal: AbortSignal): Promise<AddressOwner[]> {
    return searchAddress(this.#client, address, signal)
  }

  /** The confirmed addresses of users, as GitLab spells them; none of users whose addresses it hides. */
  readAddresses(userIds: readonly number[]): Promise<UserAddress[]> {
    const { signal } = this.#options
    return readAddressesOf({ client: this.#client, signal }, userIds)
  }

  /** Empty on Self-Managed, where {@link readUsers} returns the addresses. After a failure, some are missing. */
  async readEnterpriseAddresses(signal: AbortSignal): Promise<AddressReading> {
    const { group } = this.target
    if (group === null) return { addresses: [], failure: null }
    return readEnterpriseAddresses({ transport: this.#transport, signal }, group)
  }

  /**
   * Reads the members of groups by their full paths, in this order.
   *
   * @throws DeniedError if GitLab hides a group or a member; UnreachableError if a page is missing; UserError if this version lists
   *   no members
   */
  readGroupMembers(paths: readonly string[], relations: readonly MemberRelation[]): Promise<GroupReading[]> {
    const { capabilities } = this
    const { signal } = this.#options
    return readGroupMembers({ client: this.#client, capabilities, signal }, paths, relations)
  }

  /**
   * Looks users up, and searches for them among the holders of a purchase, in the same requests. Before GitLab 17.5, a holder who
   * is not eligible is not found.
   *
   * @throws DeniedError if GitLab hides the users from the token, or the purchase has expired
   */
  async askAboutUsers(
    purchase: { id: number; addOn: AddOn },
    asked: readonly AskedUser[],
  ): Promise<UserAnswers> {
    return askAboutUsers(await this.#openLists(), purchase, asked)
  }

  countQuestions(users: number): number {
    return Math.ceil(users / countUsersPerQuestion(this.capabilities))
  }

  /**
   * Gives a seat to all of the users or to none of them, or takes their seats; one by one if this GitLab has no call for several
   * users. Users who have the requested state do not matter.
   *
   * @param userIds at most `capabilities.idsPerCall`. For `give`, GitLab reports the reason of a refusal for a single user only. For
   *   `take`, an unknown user is `not_shown` alone, and ignored among several.
   * @param onSend awaited before each attempt
   * @throws UnansweredError; UserError
   */
  changeSeats(
    change: SeatChange,
    purchaseId: number,
    userIds: readonly number[],
    onSend?: () => Promise<void>,
  ): Promise<SeatAnswer> {
    const context = { client: this.#client, capabilities: this.capabilities }
    return changeSeats(context, change, purchaseId, userIds, onSend)
  }

  /** The target with GitLab's own spelling of the group, which it finds in any case. */
  async readTarget(): Promise<GitLabTarget> {
    await this.#readGroupId()
    return { ...this.target, group: this.#group === null ? null : (await this.#group).path }
  }

  async #openLists(): Promise<UserContext> {
    const { target, capabilities } = this
    const { signal } = this.#options
    return { client: this.#client, target, capabilities, signal, namespaceId: await this.#readGroupId() }
  }

  /** @throws DeniedError if GitLab hides the group */
  async #readGroupId(): Promise<string | null> {
    const { group } = this.target
    if (group === null) return null
    this.#group ??= findGroup(this.#client, group)
    return (await this.#group).id
  }
}

/** For a group, its id comes first: GitLab needs it to list purchases. */
function sendPurchasesAhead(client: GraphqlClient, { group }: GitLabTarget, signal: AbortSignal): void {
  if (group === null) client.sendAhead(documents.readPurchases, { namespaceId: null }, signal)
  else client.sendAhead(documents.readGroup, { group }, signal)
}
