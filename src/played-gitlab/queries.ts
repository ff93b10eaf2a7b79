import type { AddOn } from '../domain/add-on.ts'
import { formatVersion } from './gitlab-version.ts'
import { formatGlobalId } from './global-id.ts'
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
import { addOnTypes, PurchaseNode } from './seat-types.ts'

/** The store holds no ids of groups: all subgroups share one. */
const rootGroupId = 1
const subgroupId = 2

/** `args` have passed the schema's validation. */
export type Resolver<Arguments> = (args: Arguments) => unknown

/** The fields of `Query` in any version, by name. */
export function createQueries(gitlab: PlayedGitLab) {
  const { role } = gitlab
  return {
    addOnPurchases: ({ namespaceId }: NamespaceArguments) => {
      requireScope(gitlab, namespaceId)
      return gitlab.listActivePurchases().map((purchase) => new PurchaseNode(gitlab, purchase))
    },
    addOnPurchase: ({ addOnType, namespaceId }: NamespaceArguments & { addOnType: string }) => {
      requireScope(gitlab, namespaceId)
      const isWanted = ({ addOn }: { addOn: AddOn }) => addOnTypes[addOn] === addOnType
      const purchase = gitlab.listActivePurchases().find(isWanted)
      return purchase === undefined ? null : new PurchaseNode(gitlab, purchase)
    },
    selfManagedAddOnEligibleUsers: (args: EligibleUsersArguments) => {
      requireSelfManaged(gitlab)
      return listEligibleUsers(gitlab, args)
    },
    namespace: ({ fullPath }: { fullPath: string }) => findGroup(gitlab, fullPath),
    group: ({ fullPath }: { fullPath: string }) => findGroup(gitlab, fullPath),
    currentLicense: () => readLicense(gitlab),
    licenseHistoryEntries: (page: PageArguments) => emptyConnection(gitlab, page),
    subscriptionFutureEntries: (page: PageArguments) => emptyConnection(gitlab, page),
    user: (args: { id?: number | null; username?: string | null }) => findUser(gitlab, args),
    users: (args: UsersArguments) => listAllUsers(gitlab, args),
    // The first administrator of an instance.
    currentUser: () => ({ id: formatGlobalId('User', 1), name: 'Administrator', username: 'root' }),
    metadata: () => ({ version: formatVersion(role.version), revision: 'played', enterprise: true }),
  } satisfies Record<string, Resolver<never>>
}

interface NamespaceArguments {
  namespaceId?: number | null
}

/** Purchases belong to the instance on Self-Managed, and to the top-level group on GitLab.com. */
function requireScope({ role }: PlayedGitLab, namespaceId: number | null | undefined): void {
  const expected = role.offering === 'self-managed' ? null : rootGroupId
  if ((namespaceId ?? null) !== expected) throw notAvailable()
}

function requireSelfManaged({ role }: PlayedGitLab): void {
  if (role.offering !== 'self-managed') throw notAvailable()
}

/** Null for an unknown group. Every path below the top-level group counts as a subgroup. */
function findGroup(gitlab: PlayedGitLab, path: string): object | null {
  const root = gitlab.role.group
  if (root === null) return null
  const fullPath = path.replace(/\/$/, '')
  if (fullPath.toLowerCase() === root.toLowerCase()) {
    const addOnEligibleUsers = (args: EligibleUsersArguments) => listEligibleUsers(gitlab, args)
    return describeGroup(rootGroupId, root, addOnEligibleUsers)
  }
  if (!fullPath.toLowerCase().startsWith(`${root.toLowerCase()}/`)) return null
  return describeGroup(subgroupId, fullPath, () => {
    throw notRootNamespace()
  })
}

function describeGroup(
  id: number,
  fullPath: string,
  addOnEligibleUsers: (args: EligibleUsersArguments) => unknown,
): object {
  return {
    id: formatGlobalId('Group', id),
    fullPath,
    name: fullPath.split('/').at(-1),
    addOnEligibleUsers,
  }
}

function readLicense(gitlab: PlayedGitLab): object {
  requireSelfManaged(gitlab)
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
  requireSelfManaged(gitlab)
  return new OffsetConnection<never, never>([], page, () => [])
}
