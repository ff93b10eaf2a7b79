import { addOns, describeExpiry } from '../domain/add-on.ts'
import { type Check, type CheckName, checkNames, type Verdict } from '../domain/check.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import type { Link } from '../domain/link.ts'
import { describeScope, describeStaleness } from '../domain/snapshot.ts'
import { UserError } from '../errors.ts'
import type { GitLab, PurchaseReading } from '../gitlab/gitlab.ts'
import { DeniedError } from '../gitlab/gitlab-error.ts'
import type { Reach } from '../gitlab/reach-host.ts'
import type { Store } from '../store/store.ts'
import { explainNoPurchase } from './explain-no-purchase.ts'
import { listGitLabLimits } from './gitlab-limits.ts'

/** The ways out of this machine. */
export interface NetworkContext {
  /** The proxy on the way to an address, without its password; null: none. */
  findProxy: (url: string) => string | null
  /** Whether a host answers on port 443. */
  reach: (host: string) => Promise<Reach>
}

export interface CheckContext extends NetworkContext {
  store: Store
  now: Instant
  /** Connects to the linked GitLab. */
  connect: (link: Link) => Promise<GitLab>
}

/** The hosts that a Self-Managed GitLab with Duo needs to reach (docs.gitlab.com, "Configure GitLab Duo"). */
const hosts: [CheckName, string][] = [
  ['cloud_gitlab_com', 'cloud.gitlab.com'],
  ['customers_gitlab_com', 'customers.gitlab.com'],
]

/** Looks at everything that seats depend on, from the store to the ways out; changes nothing. */
export async function* checkSetUp(context: CheckContext): AsyncIterable<Check> {
  const { store } = context
  yield checkStore(store)
  yield checkPendingSeats(store)
  const link = store.links.find()
  if (link === null) yield* checkUnlinked(context)
  else yield* checkGitLab(link, context)
  yield* checkHosts(context)
}

/** What can be looked at where the store cannot be opened. */
export async function* checkWithoutStore(error: UserError, context: NetworkContext): AsyncIterable<Check> {
  yield tell('store', 'failed', error.message, error.hint)
  for (const check of checkNames)
    if (needsStore.includes(check)) yield tell(check, 'skipped', 'The store could not be opened.')
  yield* checkHosts(context)
}

/** What is known of a linked GitLab stands in the store. */
const needsStore: readonly CheckName[] = [
  'pending_seats',
  'address',
  'gitlab_version',
  'token',
  'purchases',
  'subscription_sync',
]

async function* checkHosts(context: NetworkContext): AsyncIterable<Check> {
  for (const [check, host] of hosts) yield await checkHost(check, host, context)
}

function checkStore({ health, subscriptions }: Store): Check {
  const damage = health.findDamage()
  if (damage !== null)
    return tell('store', 'failed', `The store is damaged: ${damage}.`, 'Put back a copy of the file.')
  const scope = subscriptions.find()
  const holds = scope === null ? 'nothing yet' : `the data of ${describeScope(scope)}, as of ${scope.takenAt}`
  return tell(
    'store',
    'ok',
    `The store is sound, has schema version ${health.schemaVersion}, and holds ${holds}.`,
  )
}

function checkPendingSeats({ pendingSeats }: Store): Check {
  const pending = pendingSeats.count()
  return pending === 0
    ? tell('pending_seats', 'ok', 'No change of seats waits for GitLab.')
    : tell(
        'pending_seats',
        'warning',
        `Changes of seats that wait for GitLab: ${pending}.`,
        'Run "duo-seats sync".',
      )
}

/** What can be said of a store that a snapshot has filled. */
function* checkUnlinked({ store, now }: CheckContext): Iterable<Check> {
  const why = 'The store is linked to no GitLab.'
  for (const check of ['address', 'gitlab_version', 'token'] as const)
    yield tell(check, 'skipped', why, 'To link it: duo-seats link URL')
  yield* checkStoredPurchases(store, now)
  yield tell('subscription_sync', 'skipped', why)
}

function* checkStoredPurchases(store: Store, now: Instant): Iterable<Check> {
  const purchases = store.addOnPurchases.list()
  if (purchases.length === 0)
    yield tell('purchases', 'warning', 'The store knows no purchase.', 'Run "duo-seats sync".')
  for (const purchase of purchases) {
    const expiry = describeExpiry(purchase, dayOf(now))
    const { addOn, quantity, assigned } = purchase
    const seats = `${addOns[addOn].product}: ${assigned} of ${quantity} seats held.`
    if (expiry === null) yield tell('purchases', 'ok', seats)
    else yield tell('purchases', 'warning', `${seats} ${expiry}`, 'Renew the subscription in time.')
  }
}

async function* checkGitLab(link: Link, context: CheckContext): AsyncIterable<Check> {
  const way = describeWay(link.url, context)
  const gitlab = await attempt(() => context.connect(link))
  if (gitlab instanceof UserError) {
    yield* explainNoConnection(gitlab, way)
    return
  }
  yield tell('address', 'ok', `GitLab answers at ${link.url}${way}.`)
  yield checkVersion(gitlab)
  const purchases = await attempt(() => gitlab.readPurchases())
  yield purchases instanceof DeniedError
    ? tell('token', 'failed', purchases.message, purchases.hint)
    : await checkToken(gitlab)
  yield* checkPurchases(gitlab, purchases, context)
}

function describeWay(url: string, { findProxy }: CheckContext): string {
  const proxy = findProxy(url)
  return proxy === null ? '' : ` through the proxy ${proxy}`
}

/** Without a token GitLab is not even asked; with a wrong one it answers. */
function* explainNoConnection(error: UserError, way: string): Iterable<Check> {
  if (error instanceof DeniedError) yield tell('address', 'ok', `GitLab answers${way}.`)
  else if (error.exit === 'usage') yield tell('address', 'skipped', 'GitLab was not asked.')
  else yield tell('address', 'failed', error.message, error.hint)
  yield tell('gitlab_version', 'skipped', 'GitLab did not tell.')
  if (error instanceof DeniedError || error.exit === 'usage')
    yield tell('token', 'failed', error.message, error.hint)
  else yield tell('token', 'skipped', 'GitLab could not be asked.')
  yield tell('purchases', 'skipped', 'GitLab could not be asked.')
  yield tell('subscription_sync', 'skipped', 'GitLab could not be asked.')
}

function checkVersion({ version, capabilities }: GitLab): Check {
  const limits = listGitLabLimits(version, capabilities)
  return limits.length === 0
    ? tell('gitlab_version', 'ok', `GitLab is ${version} and can do all that is needed.`)
    : tell('gitlab_version', 'warning', limits.join(' '), 'Update GitLab.')
}

async function checkToken(gitlab: GitLab): Promise<Check> {
  const account = await attempt(() => gitlab.readAccount())
  if (account instanceof UserError) return tell('token', 'failed', account.message, account.hint)
  const { username, scopes } = account
  if (scopes !== null && !scopes.includes('api')) {
    const message = `The token of @${username} has the scopes ${scopes.join(', ')}: it cannot change seats.`
    return tell('token', 'warning', message, 'Make a token with the scope api.')
  }
  const known = scopes === null ? 'GitLab does not tell its scopes' : `its scopes are ${scopes.join(', ')}`
  return tell('token', 'ok', `The token of @${username} is valid; ${known}.`)
}

/** Whether the token belongs to an administrator or an Owner shows in the purchases: GitLab shows them to nobody else. */
async function* checkPurchases(
  gitlab: GitLab,
  purchases: PurchaseReading[] | UserError,
  { now }: CheckContext,
): AsyncIterable<Check> {
  const license = await attempt(() => gitlab.readLicense())
  if (license instanceof UserError || purchases instanceof UserError) {
    const error = purchases instanceof UserError ? purchases : (license as UserError)
    yield tell('purchases', 'failed', error.message, error.hint)
    yield tell('subscription_sync', 'skipped', 'GitLab did not tell.')
    return
  }
  if (purchases.length === 0) {
    const { message, hint } = explainNoPurchase(gitlab.target, license, now)
    yield tell('purchases', 'failed', message, hint)
  }
  for (const { addOn, quantity, assigned } of purchases)
    yield tell(
      'purchases',
      'ok',
      `${addOns[addOn].product}: ${assigned} of ${quantity} seats held; active today, which is all that GitLab tells of its days.`,
    )
  yield checkSubscriptionSync(license?.lastSyncAt ?? null, gitlab, now)
}

function checkSubscriptionSync(lastSyncAt: Instant | null, { offering }: GitLab, now: Instant): Check {
  const check = 'subscription_sync'
  if (offering === 'gitlab.com')
    return tell(check, 'ok', 'On GitLab.com the Customers Portal pushes the subscription.')
  if (lastSyncAt === null) {
    return tell(
      check,
      'warning',
      'The instance never synchronised its subscription, or does not tell.',
      'In the Admin area open Subscription, then "Synchronize subscription". An offline license needs none.',
    )
  }
  const staleness = describeStaleness(lastSyncAt, now)
  return staleness === null
    ? tell(check, 'ok', `The instance synchronised its subscription at ${lastSyncAt}.`)
    : tell(
        check,
        'warning',
        staleness,
        'In the Admin area open Subscription, then "Synchronize subscription"; the instance must reach customers.gitlab.com.',
      )
}

async function checkHost(
  check: CheckName,
  host: string,
  { reach, findProxy }: NetworkContext,
): Promise<Check> {
  const proxy = findProxy(`https://${host}/`)
  const way = proxy === null ? 'from here without a proxy' : `from here through the proxy ${proxy}`
  const answer = await reach(host)
  return answer.ok
    ? tell(check, 'ok', `${host} answers on port 443 ${way}.`)
    : tell(check, 'failed', `${host} does not answer on port 443 ${way}: ${answer.why}.`, answer.hint)
}

async function attempt<T>(work: () => Promise<T>): Promise<T | UserError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
}

function tell(check: CheckName, verdict: Verdict, message: string, advice: string | null = null): Check {
  return { check, verdict, message, advice }
}
