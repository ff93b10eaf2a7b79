import { describeSeatsHeld } from '../domain/add-on.ts'
import { type Blame, type Check, type CheckName, makeCheck, skipChecks } from '../domain/check.ts'
import { type Day, dayOf, type Instant } from '../domain/day.ts'
import type { Link } from '../domain/link.ts'
import { describeStaleness } from '../domain/snapshot.ts'
import { type ExitName, UserError } from '../errors.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import { DeniedError, RefusedTokenError } from '../gitlab/http/gitlab-error.ts'
import { isFineGrained } from '../gitlab/read-account.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'
import { findNewSurplus } from '../seats/find-surplus.ts'
import type { Store } from '../store/store.ts'
import { describeTokenExpiry } from '../sync/describe-token-expiry.ts'
import { explainNoPurchase } from '../sync/explain-no-purchase.ts'
import { listGitLabLimits } from '../sync/gitlab-limits.ts'
import { checkSurplus } from './check-surplus.ts'

export interface GitLabCheckContext {
  store: Store
  now: Instant
  connect: (link: Link) => Promise<GitLab>
  /** Without its password; null: no proxy. */
  findProxy: (url: string) => string | null
  /** The variable for a GitLab alone, if its token may be meant for another GitLab; null if the token is its own. */
  proposeTokenVariable: (url: string) => string | null
}

const aboutSeats = ['purchases', 'subscription_sync'] as const

export async function* checkGitLab(link: Link, context: GitLabCheckContext): AsyncIterable<Check> {
  const via = await attempt(async () => describeProxy(link.url, context))
  if (via instanceof UserError) {
    yield failCheck('address', via)
    yield* skipChecks(['gitlab_version', 'token', ...aboutSeats], 'GitLab could not be asked.')
    return
  }
  const gitlab = await attempt(() => context.connect(link))
  if (gitlab instanceof UserError) {
    yield* explainNoConnection(gitlab, via, link, context)
    return
  }
  yield makeCheck('address', 'ok', `GitLab answers at ${link.url}${via}.`)
  yield checkVersion(gitlab)
  const right = await attempt(() => gitlab.requireSeatRight())
  if (right instanceof DeniedError) {
    yield failCheck('token', right)
    yield* skipChecks(aboutSeats, 'GitLab does not show it to this token.')
    return
  }
  yield await checkToken(gitlab, dayOf(context.now))
  yield* checkPurchases(gitlab, context)
}

function describeProxy(url: string, { findProxy }: GitLabCheckContext): string {
  const proxy = findProxy(url)
  return proxy === null ? '' : ` through the proxy ${proxy}`
}

/** Without a token GitLab is not asked; a wrong token gets an answer. */
function* explainNoConnection(
  error: UserError,
  via: string,
  { url }: Link,
  { proposeTokenVariable }: GitLabCheckContext,
): Iterable<Check> {
  if (error instanceof DeniedError) yield makeCheck('address', 'ok', `GitLab answers${via}.`)
  else if (error.exit === 'usage') yield makeCheck('address', 'skipped', 'GitLab was not asked.')
  else yield failCheck('address', error)
  yield makeCheck('gitlab_version', 'skipped', 'GitLab did not report it.')
  const variable = error instanceof RefusedTokenError ? proposeTokenVariable(url) : null
  if (variable !== null) yield adviseOwnToken(failCheck('token', error), url, variable)
  else if (error instanceof DeniedError || error.exit === 'usage') yield failCheck('token', error)
  else yield makeCheck('token', 'skipped', 'GitLab could not be asked.')
  yield* skipChecks(aboutSeats, 'GitLab could not be asked.')
}

/** `GITLAB_TOKEN` goes to every GitLab. */
function adviseOwnToken(check: Check, url: string, variable: string): Check {
  return {
    ...check,
    advice: `${check.advice} If GITLAB_TOKEN is for another GitLab, set ${variable} for ${new URL(url).host}.`,
  }
}

function checkVersion({ version, capabilities }: GitLab): Check {
  const limits = listGitLabLimits(version, capabilities)
  return limits.length === 0
    ? makeCheck('gitlab_version', 'ok', `GitLab ${version} supports everything that duo-seats needs.`)
    : makeCheck('gitlab_version', 'warning', limits.join(' '), 'Update GitLab.')
}

async function checkToken(gitlab: GitLab, today: Day): Promise<Check> {
  const account = await attempt(() => gitlab.readAccount())
  if (account instanceof UserError) return failCheck('token', account)
  const { username, scopes } = account
  const expiry = describeTokenExpiry(account, today)
  const token = `The token of @${username}, ${nameRole(gitlab)},`
  const warn = (message: string, advice: string) => makeCheck('token', 'warning', message, advice)
  if (isFineGrained(account))
    return warn(
      `${token} is fine-grained (granular), and ${expiry.text}. GitLab does not report whether it may change seats.`,
      'If changes are refused, create a personal access token with the scope api.',
    )
  if (scopes !== null && !scopes.includes('api'))
    return warn(
      `${token} has only the ${nameScopes(scopes)}: it cannot change seats. It ${expiry.text}.`,
      'Create a token with the scope api.',
    )
  const known = scopes === null ? 'has scopes that GitLab does not report' : `has the ${nameScopes(scopes)}`
  const message = `${token} ${known}, and ${expiry.text}.`
  return expiry.isNear
    ? warn(message, 'Create a new token before that day.')
    : makeCheck('token', 'ok', message)
}

/** `scope api`, `scopes api, read_user`. */
function nameScopes(scopes: readonly string[]): string {
  return `${scopes.length === 1 ? 'scope' : 'scopes'} ${scopes.join(', ')}`
}

/** The right was probed before. */
function nameRole({ target: { group } }: GitLab): string {
  return group === null ? 'an administrator' : `an Owner of the group ${group}`
}

async function* checkPurchases(gitlab: GitLab, { store, now }: GitLabCheckContext): AsyncIterable<Check> {
  const read = await attempt(async () => ({
    ...(await gitlab.readAllPurchases()),
    license: await gitlab.readLicense(),
  }))
  if (read instanceof UserError) {
    yield failCheck('purchases', read)
    yield makeCheck('subscription_sync', 'skipped', 'GitLab did not report it.')
    return
  }
  const { purchases, otherAddOns, license } = read
  if (purchases.length === 0) {
    const { message, hint } = explainNoPurchase({ ...gitlab.target, otherAddOns }, license, now)
    yield makeCheck('purchases', 'failed', message, hint)
  }
  for (const purchase of purchases) yield checkPurchase(purchase, store, now)
  yield checkSubscriptionSync(license?.lastSyncAt ?? null, gitlab, now)
}

function checkPurchase(purchase: PurchaseReading, store: Store, now: Instant): Check {
  const surplus = findNewSurplus(store, purchase, now)
  if (surplus !== null) return checkSurplus(surplus)
  return makeCheck(
    'purchases',
    'ok',
    `${describeSeatsHeld(purchase)}; active today. GitLab does not report its days.`,
  )
}

function checkSubscriptionSync(lastSyncAt: Instant | null, { offering }: GitLab, now: Instant): Check {
  const check = 'subscription_sync'
  if (offering === 'gitlab.com')
    return makeCheck(check, 'ok', 'On GitLab.com the Customers Portal pushes the subscription.')
  if (lastSyncAt === null) {
    return makeCheck(
      check,
      'warning',
      'The instance never synchronised its subscription, or does not report it.',
      'In the Admin area open Subscription, then "Synchronize subscription". An offline license needs none.',
    )
  }
  const staleness = describeStaleness(lastSyncAt, now)
  return staleness === null
    ? makeCheck(check, 'ok', `The instance synchronised its subscription at ${lastSyncAt}.`)
    : makeCheck(
        check,
        'warning',
        staleness,
        'In the Admin area open Subscription, then "Synchronize subscription"; the instance must reach customers.gitlab.com.',
      )
}

function failCheck(check: CheckName, { exit, message, hint }: UserError): Check {
  const blame: Partial<Record<ExitName, Blame>> = { denied: 'token', unreachable: 'gitlab' }
  return { ...makeCheck(check, 'failed', message, hint), ...(blame[exit] && { blame: blame[exit] }) }
}

async function attempt<T>(work: () => Promise<T>): Promise<T | UserError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
}
