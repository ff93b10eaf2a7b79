import { setTimeout as delay } from 'node:timers/promises'
import type { AddOn } from '../domain/add-on.ts'
import type { Offering, User } from '../domain/user.ts'
import { UserError } from '../errors.ts'
import { type Capabilities, readCapabilities } from './capabilities.ts'
import { changeSeats, type SeatAnswer } from './change-seats.ts'
import * as documents from './documents.ts'
import { findUsers, type WantedUsers } from './find-users.ts'
import { DeniedError } from './gitlab-error.ts'
import { GraphqlClient } from './graphql-client.ts'
import { drawDelayMs, mostFirstAttempts, usualBaseDelayMs } from './http/retry.ts'
import { Transport, type TransportOptions } from './http/transport.ts'
import { isJsonObject, isText, parseJson } from './json-object.ts'
import { readPurchases } from './read-purchases.ts'
import { type LicenseReading, type PurchaseReading, readLicense } from './readings.ts'
import { requireVersion } from './require-version.ts'
import { readUserPages, type UserPage } from './user-pages.ts'

export type { Capabilities } from './capabilities.ts'
export type { SeatAnswer } from './change-seats.ts'
export type { LicenseReading, PurchaseReading } from './readings.ts'
export type { Refusal } from './refusals.ts'
export type { UserPage } from './user-pages.ts'

/** Which GitLab, and what of it. */
export interface GitLabTarget {
  /** Origin and relative root, without a slash at the end. */
  url: string
  /** Full path of the top-level group; null on Self-Managed. */
  group: string | null
}

export interface GitLabOptions extends GitLabTarget, TransportOptions {
  /** Whether the purchases are read next: then they are asked for along with everything else. */
  readsPurchases?: boolean | undefined
}

/** Who the token belongs to. */
export interface Account {
  username: string
  /** Null where GitLab does not tell. */
  scopes: readonly string[] | null
}

/** One GitLab, for the time of one command. */
export class GitLab {
  readonly target: GitLabTarget
  /** As `metadata` tells it: `17.11.2-ee`. */
  readonly version: string
  readonly capabilities: Capabilities
  readonly #options: GitLabOptions
  readonly #transport: Transport
  readonly #client: GraphqlClient
  #groupId: Promise<string> | null = null

  private constructor(
    options: GitLabOptions,
    transport: Transport,
    client: GraphqlClient,
    capabilities: Capabilities,
  ) {
    this.target = { url: options.url, group: options.group }
    this.version = client.version
    this.capabilities = capabilities
    this.#options = options
    this.#transport = transport
    this.#client = client
  }

  /**
   * Asks a GitLab which version it is and what it can do.
   *
   * @param signal ends connecting, in place of the one that ends everything
   * @throws DeniedError where it refuses the token; UnreachableError; UserError where there is no GitLab, or none with add-ons
   */
  static async connect(options: GitLabOptions, signal: AbortSignal = options.signal): Promise<GitLab> {
    const transport = await Transport.open(options)
    const client = new GraphqlClient(transport)
    if (options.readsPurchases) sendPurchasesAhead(client, options, signal)
    const data = (await client.query(documents.connect, {}, signal)) ?? {}
    client.version = transport.site.quote(requireVersion(data['metadata']))
    const { queryComplexity } = data
    if (isJsonObject(queryComplexity))
      options.onDebug(
        `GitLab: version ${client.version}, complexity ${queryComplexity['score']} of ${queryComplexity['limit']}`,
      )
    return new GitLab(options, transport, client, readCapabilities(data, client.version, options))
  }

  /**
   * Rests before everything is tried again, longer from time to time.
   *
   * @param failures how often it failed in a row
   */
  async waitBeforeRetry(failures: number): Promise<void> {
    const { baseDelayMs, signal } = this.#options
    await delay(drawDelayMs(failures + 1, baseDelayMs ?? usualBaseDelayMs), undefined, { signal })
  }

  get offering(): Offering {
    return this.target.group === null ? 'self-managed' : 'gitlab.com'
  }

  /** @throws DeniedError where the token belongs to nobody */
  async readAccount(): Promise<Account> {
    const data = await this.#client.query(documents.readAccount)
    const user = data?.['currentUser']
    if (isJsonObject(user) && isText(user['username']))
      return { username: user['username'], scopes: await this.#readScopes() }
    throw new DeniedError(
      'denied',
      `GitLab at ${this.#transport.site.host} does not say whom the token belongs to.`,
      'Make a token of an administrator or, on GitLab.com, of an Owner, with the scope api.',
    )
  }

  /** @returns null where GitLab shows no license: on GitLab.com, and to anybody but administrators */
  async readLicense(): Promise<LicenseReading | null> {
    const data = await this.#client.query(documents.readLicense)
    const license = data?.['currentLicense']
    return isJsonObject(license) ? readLicense(license) : null
  }

  /**
   * The active purchases whose seats are given to users. GitLab shows no others.
   *
   * @throws DeniedError where GitLab does not let the token see them
   */
  async readPurchases(): Promise<PurchaseReading[]> {
    const { target, capabilities } = this
    return readPurchases({ client: this.#client, target, capabilities }, await this.#readGroupId())
  }

  /**
   * Everybody who holds a seat of a purchase, or everybody who is eligible and holds none. Pages come in any order, and a user may
   * come twice. Before GitLab 17.5, holders who are not eligible any more stay hidden, and no total is told.
   *
   * @throws DeniedError where GitLab does not let the token see them; UserError where this version lists no users
   */
  readUsers(purchase: { id: number; addOn: AddOn }, which: 'holders' | 'free'): AsyncIterable<UserPage> {
    const { target, capabilities } = this
    const { signal } = this.#options
    return readUserPages({ client: this.#client, target, capabilities, signal }, purchase, which)
  }

  /**
   * Users by name, in any case, and by id. Whom GitLab does not know is left out; nobody comes twice. On GitLab.com `member` is
   * false: a look-up does not tell.
   */
  findUsers(wanted: WantedUsers): Promise<User[]> {
    const { offering } = this
    const { signal } = this.#options
    return findUsers({ client: this.#client, offering, signal }, wanted)
  }

  /**
   * Gives users a seat each: all of them, or none.
   *
   * @param userIds at most `capabilities.idsPerCall`; one alone is given its seat by itself, which tells why not
   * @throws UnansweredError where GitLab's answer never came; UserError
   */
  giveSeats(purchaseId: number, userIds: readonly number[]): Promise<SeatAnswer> {
    return changeSeats('give', { client: this.#client, capabilities: this.capabilities }, purchaseId, userIds)
  }

  /**
   * Takes the seats of users away. Whoever holds none is no trouble: it is done then as well.
   *
   * @param userIds at most `capabilities.idsPerCall`; whom GitLab does not know is `not_shown` alone, and holds no seat among several
   * @throws UnansweredError where GitLab's answer never came; UserError
   */
  takeSeats(purchaseId: number, userIds: readonly number[]): Promise<SeatAnswer> {
    return changeSeats('take', { client: this.#client, capabilities: this.capabilities }, purchaseId, userIds)
  }

  /** Only for advice: where anything stands against reading them, they are unknown. */
  async #readScopes(): Promise<string[] | null> {
    const request = { name: 'ReadScopes', path: '/api/v4/personal_access_tokens/self' }
    try {
      const options = { body: null, isMutation: false, mostAttempts: mostFirstAttempts }
      const { status, body } = await this.#transport.send({ ...request, ...options })
      const token = status === 200 ? parseJson(body) : null
      const scopes = isJsonObject(token) ? token['scopes'] : null
      return Array.isArray(scopes) && scopes.every(isText) ? scopes : null
    } catch (error) {
      if (error instanceof UserError) return null
      throw error
    }
  }

  /** Asked for once. @throws DeniedError where GitLab shows no such group */
  async #readGroupId(): Promise<string | null> {
    const { group } = this.target
    if (group === null) return null
    this.#groupId ??= this.#findGroupId(group)
    return this.#groupId
  }

  async #findGroupId(group: string): Promise<string> {
    const data = await this.#client.query(documents.readGroup, { group })
    const namespace = data?.['namespace']
    if (isJsonObject(namespace) && isText(namespace['id'])) return namespace['id']
    throw new DeniedError(
      'denied',
      `GitLab shows this token no group ${group}.`,
      'Check how its path is written, and take a token of an Owner of the group.',
    )
  }
}

/** Of a group, the id without which GitLab lists no purchases. */
function sendPurchasesAhead(client: GraphqlClient, { group }: GitLabTarget, signal: AbortSignal): void {
  if (group === null) client.sendAhead(documents.readPurchases, { namespaceId: null }, signal)
  else client.sendAhead(documents.readGroup, { group }, signal)
}
