import type { Instant } from '../domain/day.ts'
import { foldName, type Request, type RequestSource } from '../domain/request.ts'
import { commandsAboutHolders, type RunCommand } from '../domain/run.ts'
import type { User } from '../domain/user.ts'
import type { GitLab, PurchaseReading } from '../gitlab/gitlab.ts'
import { toAddOnPurchase } from '../gitlab/read-purchases.ts'
import { listKeys, type UnknownKeys } from '../store/looked-up-users.ts'
import type { Mirror } from '../store/mirror.ts'
import type { Store } from '../store/store.ts'
import { explainNoPurchase } from '../sync/explain-no-purchase.ts'
import { type Pull, pullGitLab } from '../sync/pull-gitlab.ts'
import { replaceMirror } from '../sync/replace-mirror.ts'
import { allDone } from './all-done.ts'

export interface PrepareContext {
  store: Store
  /** Unless the signal is aborted first. */
  connect: (signal: AbortSignal) => Promise<GitLab>
  command: RunCommand
  source: RequestSource
  readClock: () => Instant
  signal: AbortSignal
  pause: () => Promise<void>
}

/** What GitLab was asked before a plan, not yet written: a dry run takes it back with everything else. */
export interface FreshState {
  gitlab: GitLab
  /** By GitLab's own number of holders, of whom an old GitLab hides some. */
  purchases: readonly PurchaseReading[]
  /** Writes it to the store, inside a transaction of the caller. */
  record: () => Promise<void>
}

/**
 * Reads what a plan must start from: the purchases, all users where the command is about holders or where GitLab's number of
 * holders is not the store's, and the users whom the requests name, as far as the store does not know them or they are few.
 *
 * @throws UserError when GitLab cannot be reached, refuses the token, or has no purchase
 */
export async function prepareLinkedRun(context: PrepareContext): Promise<FreshState> {
  const { store, command, readClock, signal } = context
  const isAboutHolders = commandsAboutHolders.includes(command)
  // The list is read while GitLab answers, who is waited for no longer where the list is no good.
  const unreadable = new AbortController()
  const giveUp = (error: unknown): never => {
    unreadable.abort(error)
    throw error
  }
  const [names, { gitlab, purchases }] = await allDone([
    isAboutHolders
      ? null
      : readNames(context, store.lookedUpUsers.findUnknown.bind(store.lookedUpUsers)).catch(giveUp),
    reachGitLab(context, AbortSignal.any([signal, unreadable.signal])),
  ])
  const known = names && isCountKnown(store, purchases) ? await lookUp(names, gitlab, store) : null
  if (known !== null && !mayHoldNewMembers(gitlab, known.unknown)) {
    const record = async () => {
      for (const purchase of purchases) store.addOnPurchases.record(toAddOnPurchase(purchase))
      store.lookedUpUsers.record(known.users, readClock())
    }
    return { gitlab, purchases, record }
  }
  const staged = await pullUsers(gitlab, context)
  const namesNow = await readNames(context, staged.mirror.findUnstaged.bind(staged.mirror))
  const found = await lookUp(namesNow, gitlab, store)
  const record = async () => {
    await staged.record()
    store.lookedUpUsers.record(found.users, readClock())
  }
  return { gitlab, purchases: staged.pull.readings, record }
}

async function reachGitLab(
  { connect, readClock }: PrepareContext,
  signal: AbortSignal,
): Promise<{ gitlab: GitLab; purchases: PurchaseReading[] }> {
  const gitlab = await connect(signal)
  const purchases = await gitlab.readPurchases()
  if (purchases.length === 0) throw explainNoPurchase(gitlab.target, await gitlab.readLicense(), readClock())
  return { gitlab, purchases }
}

/** Users, seats and purchases that were pulled, staged in a mirror. */
interface StagedPull {
  pull: Pull
  mirror: Mirror
  record: () => Promise<void>
}

async function pullUsers(gitlab: GitLab, context: PrepareContext): Promise<StagedPull> {
  const { store, readClock } = context
  const { mirror, changes } = store.openMirror()
  const onProgress = () => {}
  const pull = await pullGitLab({ ...context, gitlab, mirror, onProgress })
  const record = async () => {
    if (pull.isUnsteady) mirror.stageKnown()
    const replacement = { ...pull, seenAt: pull.takenAt }
    await replaceMirror(replacement, { ...context, mirror, changes, now: readClock(), onProgress })
  }
  return { pull, mirror, record }
}

/** Whether the store has as many confirmed holders as GitLab counts, purchase by purchase. */
function isCountKnown(store: Store, purchases: readonly PurchaseReading[]): boolean {
  const known = store.addOnPurchases.list()
  return (
    known.length === purchases.length &&
    purchases.every(({ id, assigned }) => {
      const own = known.find((purchase) => purchase.id === id)
      return own !== undefined && own.assigned - store.pendingSeats.countUnconfirmed(id) === assigned
    })
  )
}

/** On GitLab.com a look-up tells that somebody exists, not who has become a member since the last sync. */
function mayHoldNewMembers({ offering }: GitLab, found: readonly User[]): boolean {
  return offering === 'gitlab.com' && found.some(({ state, type }) => state === 'active' && type === 'human')
}

/** Whom the requests name. */
interface Names {
  /** Everybody as long as they are few, else some. */
  named: NameSet
  unknown: NameSet
}

/**
 * So few names are all looked up, which is one request: GitLab lets a name pass from one user to another, and a user be blocked,
 * since the last sync.
 */
const fewNames = 100

async function readNames(
  { source, signal }: PrepareContext,
  findUnknown: (requests: readonly Request[]) => UnknownKeys,
): Promise<Names> {
  const [named, unknown] = [new NameSet(), new NameSet()]
  for await (const requests of source.readBatches()) {
    signal.throwIfAborted()
    unknown.add(findUnknown(requests))
    if (named.size <= fewNames) named.add(listKeys(requests))
  }
  return { named, unknown }
}

/** Whom the requests name, as GitLab knows them. */
interface FoundUsers {
  users: User[]
  /** Those of them who were unknown. */
  unknown: User[]
}

/** Looks up whom nobody knew, and everybody where few are named. */
async function lookUp({ named, unknown }: Names, gitlab: GitLab, store: Store): Promise<FoundUsers> {
  const users = await gitlab.findUsers((named.size <= fewNames ? named : unknown).list())
  const namesakes = store.lookedUpUsers.findNamesakes(users)
  const renamed = namesakes.length > 0 ? await gitlab.findUsers({ usernames: [], userIds: namesakes }) : []
  return { users: [...renamed, ...users], unknown: users.filter((user) => unknown.names(user)) }
}

/** Usernames and ids, each once. */
class NameSet {
  readonly #usernames = new Set<string>()
  readonly #userIds = new Set<number>()

  get size(): number {
    return this.#usernames.size + this.#userIds.size
  }

  add({ usernames, userIds }: UnknownKeys): void {
    for (const username of usernames) this.#usernames.add(username)
    for (const userId of userIds) this.#userIds.add(userId)
  }

  names({ id, username }: User): boolean {
    return this.#userIds.has(id) || this.#usernames.has(foldName(username))
  }

  list(): UnknownKeys {
    return { usernames: [...this.#usernames], userIds: [...this.#userIds] }
  }
}
