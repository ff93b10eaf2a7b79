import { describeExpiry, describeSeatsHeld } from '../domain/add-on.ts'
import { type Check, type CheckName, makeCheck, skipChecks } from '../domain/check.ts'
import { countWords } from '../domain/count-words.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import { describeScope } from '../domain/snapshot.ts'
import { nameSync } from '../domain/store-status.ts'
import { UserError } from '../errors.ts'
import type { Reach } from '../gitlab/http/reach-host.ts'
import { findSurplusOf } from '../seats/find-surplus.ts'
import type { Store } from '../store/store.ts'
import { checkGitLab, type GitLabCheckContext } from './check-gitlab.ts'
import { checkSurplus } from './check-surplus.ts'

interface NetworkContext {
  /** Without its password; null: no proxy. */
  findProxy: (url: string) => string | null
  /** On port 443. */
  reach: (host: string) => Promise<Reach>
  /** Whether this machine is the GitLab server, which must reach the hosts. */
  isServer: boolean
}

interface CheckContext extends NetworkContext, GitLabCheckContext {}

/** The hosts that a Self-Managed GitLab with Duo needs to reach (docs.gitlab.com, "Configure GitLab Duo"). */
const hosts: [CheckName, string][] = [
  ['cloud_gitlab_com', 'cloud.gitlab.com'],
  ['customers_gitlab_com', 'customers.gitlab.com'],
]

/** Changes nothing. */
export async function* checkSetUp(context: CheckContext): AsyncIterable<Check> {
  const { store } = context
  yield checkStore(store)
  yield checkPendingSeats(store)
  const link = store.links.find()
  if (link === null) yield* checkUnlinked(context)
  else yield* checkGitLab(link, context)
  yield* checkHosts(context)
}

export async function* checkWithoutStore(error: UserError, context: NetworkContext): AsyncIterable<Check> {
  yield makeCheck('store', 'failed', error.message, error.hint)
  yield* skipChecks(needsStore, 'The store could not be opened.')
  yield* checkHosts(context)
}

const needsStore: readonly CheckName[] = [
  'pending_seats',
  'address',
  'gitlab_version',
  'token',
  'purchases',
  'subscription_sync',
]

async function* checkHosts(context: NetworkContext): AsyncIterable<Check> {
  for (const [check, host] of hosts) {
    try {
      yield await checkHost(check, host, context)
    } catch (error) {
      // The variable of the proxy holds no usable address.
      if (!(error instanceof UserError)) throw error
      yield makeCheck(check, 'failed', error.message, error.hint)
    }
  }
}

function checkStore({ health, subscriptions }: Store): Check {
  const damage = health.findDamage()
  if (damage !== null)
    return makeCheck('store', 'failed', `The store is damaged: ${damage}.`, 'Restore the file from a backup.')
  const scope = subscriptions.find()
  const holds = scope === null ? 'nothing yet' : `the data of ${describeScope(scope)}, as of ${scope.takenAt}`
  return makeCheck(
    'store',
    'ok',
    `The store is sound, has schema version ${health.schemaVersion}, and holds ${holds}.`,
  )
}

function checkPendingSeats({ pendingChanges }: Store): Check {
  const pending = pendingChanges.count()
  return pending === 0
    ? makeCheck('pending_seats', 'ok', 'No change is pending.')
    : makeCheck(
        'pending_seats',
        'warning',
        `GitLab has not confirmed ${countWords(pending, 'change')}.`,
        'Run "duo-seats sync".',
      )
}

function* checkUnlinked({ store, now }: CheckContext): Iterable<Check> {
  const why = 'The store is not linked to a GitLab.'
  yield* skipChecks(['address', 'gitlab_version', 'token'], why, 'To link it: duo-seats link URL')
  yield* checkStoredPurchases(store, now)
  yield makeCheck('subscription_sync', 'skipped', why)
}

function* checkStoredPurchases(store: Store, now: Instant): Iterable<Check> {
  const purchases = store.addOnPurchases.list()
  if (purchases.length === 0)
    yield makeCheck('purchases', 'warning', 'The store has no purchase.', `Run "${nameSync(false)}".`)
  for (const purchase of purchases) {
    const expiry = describeExpiry(purchase, dayOf(now))
    const seats = `${describeSeatsHeld(purchase)}.`
    const surplus = findSurplusOf(store, purchase, now)
    if (expiry === null && surplus !== null) yield checkSurplus(surplus)
    else if (expiry === null) yield makeCheck('purchases', 'ok', seats)
    else yield makeCheck('purchases', 'warning', `${seats} ${expiry}`, 'Renew the subscription in time.')
  }
}

async function checkHost(
  check: CheckName,
  host: string,
  { reach, findProxy, isServer }: NetworkContext,
): Promise<Check> {
  const proxy = findProxy(`https://${host}/`)
  const way = proxy === null ? 'from here without a proxy' : `from here through the proxy ${proxy}`
  const answer = await reach(host)
  if (answer.ok) return makeCheck(check, 'ok', `${host} answers on port 443 ${way}.`)
  const fact = `${host} does not answer on port 443 ${way}: ${answer.why}.`
  return isServer
    ? makeCheck(check, 'failed', fact, answer.hint)
    : makeCheck(
        check,
        'note',
        `${fact} Only the GitLab server must reach it.`,
        'To check the server, run "duo-seats doctor --server" on it.',
      )
}
