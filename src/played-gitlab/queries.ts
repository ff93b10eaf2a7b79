import { accessLevels } from '../domain/access-level.ts'
import { type AddOn, addOns } from '../domain/add-on.ts'
import { formatGlobalId } from '../domain/global-id.ts'
import { type CallerRole, nameCaller } from './caller.ts'
import { formatVersion } from './gitlab-version.ts'
import { describeLevel, listMembers, type MembersArguments } from './list-members.ts'
import {
  type EligibleUsersArguments,
  findUser,
  listAllUsers,
  listEligibleUsers,
  type UsersArguments,
} from './list-users.ts'
import { OffsetConnection, type PageArguments } from './offset-connection.ts'
import type { PlayedGitLab } from './played-gitlab.ts'
import { notAvailable, notRootNamespace } from './refusals.ts'
import { PurchaseNode } from './seat-types.ts'

/** Subgroups that no snapshot lists share one id. */
const rootGroupId = 1
const subgroupId = 2
const firstListedId = 100

/** `args` have passed the schema's validation. */
export type Resolver<Arguments> = (args: Arguments) => unknown

/** The fields of `Query` in any version, by name. */
export function createQueries(gitlab: PlayedGitLab) {
  const { role } = gitlab
  return {
    addOnPurchases: ({ namespaceId }: NamespaceArguments) => {
      const purchases = isOwnScope(gitlab, namespaceId) ? gitlab.listShownPurchases() : []
      return purchases.map((purchase) => new PurchaseNode(gitlab, purchase))
    },
    addOnPurchase: ({ addOnType, namespaceId }: NamespaceArguments & { addOnType: string }) => {
      const isWanted = ({ addOn }: { addOn: AddOn }) =>
        addOns[addOn].type === addOnType && isOwnScope(gitlab, namespaceId)
      const purchase = gitlab.listShownPurchases().find(isWanted)
      return purchase === undefined ? null : new PurchaseNode(gitlab, purchase)
    },
    selfManagedAddOnEligibleUsers: (args: EligibleUsersArguments) => {
      requireAdministrator(gitlab)
      return listEligibleUsers(gitlab, args)
    },
    namespace: ({ fullPath }: { fullPath: string }) => findGroup(gitlab, fullPath),
    group: ({ fullPath }: { fullPath: string }) => findGroup(gitlab, fullPath),
    currentLicense: () => readLicense(gitlab),
    licenseHistoryEntries: (page: PageArguments) => emptyConnection(gitlab, page),
    subscriptionFutureEntries: (page: PageArguments) => emptyConnection(gitlab, page),
    user: (args: { id?: number | null; username?: string | null }) => findUser(gitlab, args),
    users: (args: UsersArguments) => listAllUsers(gitlab, args),
    currentUser: () => describeCaller(gitlab),
    metadata: () => ({ version: formatVersion(role.version), revision: 'played', enterprise: true }),
  } satisfies Record<string, Resolver<never>>
}

interface NamespaceArguments {
  namespaceId?: number | null
}

/** Purchases belong to the instance on Self-Managed, and to the top-level group on GitLab.com. */
function isOwnScope({ role }: PlayedGitLab, namespaceId: number | null | undefined): boolean {
  return (namespaceId ?? null) === (role.offering === 'self-managed' ? null : rootGroupId)
}

function requireAdministrator(gitlab: PlayedGitLab): void {
  if (gitlab.role.offering !== 'self-managed') throw notAvailable()
  gitlab.requireRight()
}

/** Null for an unknown group. If the snapshot lists no groups, every path below the top-level group counts as a subgroup. */
function findGroup(gitlab: PlayedGitLab, path: string): object | null {
  const { servedGroups } = gitlab.store
  const root = gitlab.role.group
  const fullPath = path.replace(/\/$/, '')
  if (root !== null && fullPath.toLowerCase() === root.toLowerCase()) {
    const addOnEligibleUsers = (args: EligibleUsersArguments) => {
      gitlab.requireRight()
      return listEligibleUsers(gitlab, args)
    }
    return describeGroup(gitlab, rootGroupId, root, addOnEligibleUsers)
  }
  const listed = servedGroups.find(fullPath)
  if (listed !== null)
    return describeGroup(gitlab, firstListedId + listed.id, listed.fullPath, refuseSubgroup)
  const isBelowRoot = root !== null && fullPath.toLowerCase().startsWith(`${root.toLowerCase()}/`)
  if (!isBelowRoot || servedGroups.count() > 0) return null
  return describeGroup(gitlab, subgroupId, fullPath, refuseSubgroup)
}

function refuseSubgroup(): never {
  throw notRootNamespace()
}

function describeGroup(
  gitlab: PlayedGitLab,
  id: number,
  fullPath: string,
  addOnEligibleUsers: (args: EligibleUsersArguments) => unknown,
): object {
  return {
    id: formatGlobalId('Group', id),
    fullPath,
    name: fullPath.split('/').at(-1),
    addOnEligibleUsers,
    groupMembers: (args: MembersArguments) => listMembers(gitlab, fullPath, args),
    maxAccessLevel: describeLevel(callerLevels[gitlab.caller]),
  }
}

const callerLevels: Record<CallerRole, number> = {
  administrator: accessLevels.owner,
  owner: accessLevels.owner,
  maintainer: accessLevels.maintainer,
  user: accessLevels.guest,
}

function describeCaller({ caller, role }: PlayedGitLab): object {
  const { id, name, username } = nameCaller(caller, role.offering)
  return {
    ...{ id: formatGlobalId('User', id), name, username, state: 'active', publicEmail: null },
    webUrl: `${role.url}/${username}`,
  }
}

function readLicense(gitlab: PlayedGitLab): object {
  requireAdministrator(gitlab)
  const subscription = gitlab.store.subscriptions.find()
  return {
    id: formatGlobalId('License', 1),
    plan: subscription?.plan ?? 'ultimate',
    type: 'online_cloud',
    trial: false,
    lastSync: subscription?.lastSyncAt ?? null,
  }
}

function emptyConnection(gitlab: PlayedGitLab, page: PageArguments): OffsetConnection<never, never> {
  requireAdministrator(gitlab)
  return new OffsetConnection<never, never>([], page, () => [])
}
