import type { Instant } from '../domain/day.ts'
import type { RequestSource } from '../domain/request.ts'
import type { User } from '../domain/user.ts'
import type { GitLab, PurchaseReading } from '../gitlab/gitlab.ts'
import type { Mirror } from '../store/mirror.ts'
import type { Store } from '../store/store.ts'
import { explainNoPurchase } from './explain-no-purchase.ts'
import { type Pull, pullGitLab, toAddOnPurchase } from './pull-gitlab.ts'
import { replaceMirror } from './replace-mirror.ts'

export interface PrepareContext {
  store: Store
  gitlab: GitLab
  source: RequestSource
  readClock: () => Instant
  signal: AbortSignal
  pause: () => Promise<void>
}

/** What GitLab was asked before a plan, not yet written: a dry run takes it back with everything else. */
export interface FreshState {
  /** By GitLab's own number of holders, of whom an old GitLab hides some. */
  purchases: readonly PurchaseReading[]
  /** Writes it to the store, inside a transaction of the caller. */
  record: () => Promise<void>
}

/** Users, seats and purchases that were pulled, staged in a mirror. */
interface StagedPull {
  pull: Pull
  mirror: Mirror
  record: () => Promise<void>
}

/**
 * Reads what a plan must start from: the purchases, all users where GitLab's number of holders is not the store's, and the users
 * whom the requests name and the store does not know.
 *
 * @throws UserError when GitLab cannot be reached, refuses the token, or has no purchase
 */
export async function prepareLinkedRun(context: PrepareContext): Promise<FreshState> {
  const { store, gitlab, readClock } = context
  const purchases = await gitlab.readPurchases()
  if (purchases.length === 0) throw explainNoPurchase(gitlab.target, await gitlab.readLicense(), readClock())
  let staged = isCountKnown(store, purchases) ? null : await pullUsers(context)
  let found = await findUnknownUsers(staged, context)
  if (staged === null && mayHoldNewMembers(gitlab, found)) {
    staged = await pullUsers(context)
    found = await findUnknownUsers(staged, context)
  }
  return {
    purchases: staged?.pull.readings ?? purchases,
    record: async () => {
      if (staged === null) recordPurchases(store, purchases)
      else await staged.record()
      store.users.recordLookedUp(found, readClock())
    },
  }
}

async function pullUsers(context: PrepareContext): Promise<StagedPull> {
  const { store, readClock } = context
  const { mirror, changes } = store.openMirror()
  const onProgress = () => {}
  const pull = await pullGitLab({ ...context, mirror, onProgress })
  const record = async () => {
    if (pull.isUnsteady) mirror.stageKnown()
    const replacement = { ...pull, seenAt: pull.takenAt }
    await replaceMirror(replacement, { ...context, mirror, changes, now: readClock(), onProgress })
  }
  return { pull, mirror, record }
}

function recordPurchases(store: Store, purchases: readonly PurchaseReading[]): void {
  for (const purchase of purchases) store.addOnPurchases.record(toAddOnPurchase(purchase))
}

/** Whether the store has as many confirmed holders as GitLab counts, purchase by purchase. */
function isCountKnown(store: Store, purchases: readonly PurchaseReading[]): boolean {
  const known = store.addOnPurchases.list()
  return (
    known.length === purchases.length &&
    purchases.every(({ id, assigned }) => {
      const own = known.find((purchase) => purchase.id === id)
      return own !== undefined && own.assigned - store.pendingSeats.findPending(id).size === assigned
    })
  )
}

/** On GitLab.com a look-up tells that somebody exists, not who has become a member since the last sync. */
function mayHoldNewMembers({ offering }: GitLab, found: readonly User[]): boolean {
  return offering === 'gitlab.com' && found.some(({ state, type }) => state === 'active' && type === 'human')
}

/** Whom the requests name, and neither the store nor the users who were just pulled have, as far as GitLab knows them. */
async function findUnknownUsers(
  staged: StagedPull | null,
  { store, gitlab, source, signal }: PrepareContext,
): Promise<User[]> {
  const usernames = new Set<string>()
  const userIds = new Set<number>()
  for await (const requests of source.readBatches()) {
    signal.throwIfAborted()
    const unknown = staged?.mirror.findUnstaged(requests) ?? store.users.findUnknown(requests)
    for (const username of unknown.usernames) usernames.add(username)
    for (const userId of unknown.userIds) userIds.add(userId)
  }
  return gitlab.findUsers({ usernames: [...usernames], userIds: [...userIds] })
}
