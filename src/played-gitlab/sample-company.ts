import { accessLevels, type Role } from '../domain/access-level.ts'
import type { AddOn, AddOnPurchase } from '../domain/add-on.ts'
import { addDays, type Day, dayOf, type Instant } from '../domain/day.ts'
import type { Seat, Snapshot } from '../domain/snapshot.ts'
import type { SnapshotGroup } from '../domain/snapshot-group.ts'
import type { User, UserState } from '../domain/user.ts'
import { type SampleName, sampleNames } from './sample-names.ts'

/**
 * A made-up company of 60 people, two bots and the ghost user on Self-Managed: the same at each call, with days relative to `now`.
 *
 * @param addOn the active one. GitLab has one of the two: Enterprise replaced Pro five days ago, and GitLab keeps the seats of Pro
 *   for 14 days without showing them
 */
export function makeSampleCompany(addOn: AddOn, now: Instant): Snapshot {
  const today = dayOf(now)
  const people = sampleNames.map((name, index) => makePerson(name, index, today))
  return {
    takenAt: now,
    subscription: {
      offering: 'self-managed',
      url: 'https://gitlab.example.com',
      group: null,
      plan: 'ultimate',
      gitlabVersion: '18.6.0-ee',
      lastSyncAt: now,
    },
    addOnPurchases: listPurchases(addOn, today),
    users: [...people, ...makeBots(today)],
    addresses: people.map(({ id, username }) => ({ userId: id, address: addressOf(username) })),
    seats: listSeats(addOn, today),
    groups,
  }
}

const purchaseIds: Record<AddOn, number> = { 'duo-pro': 1, 'duo-enterprise': 2 }
const daysSinceChange = 5

function listPurchases(addOn: AddOn, today: Day): AddOnPurchase[] {
  const changedOn = addDays(today, -daysSinceChange)
  const isReplaced = addOn === 'duo-enterprise'
  const pro: AddOnPurchase = {
    id: purchaseIds['duo-pro'],
    addOn: 'duo-pro',
    quantity: 20,
    startedOn: addDays(today, -365),
    expiresOn: isReplaced ? changedOn : addDays(today, 90),
    trial: false,
  }
  const enterprise: AddOnPurchase = {
    id: purchaseIds['duo-enterprise'],
    addOn: 'duo-enterprise',
    quantity: 30,
    startedOn: changedOn,
    expiresOn: addDays(today, 360),
    trial: false,
  }
  return isReplaced ? [pro, enterprise] : [pro]
}

const firstPersonId = 2

/** The root user of the played GitLab has the id 1. */
function idOf(index: number): number {
  return firstPersonId + index
}

/** By position. */
const otherStates: Record<number, UserState> = {
  50: 'blocked',
  51: 'deactivated',
  52: 'blocked_pending_approval',
  53: 'banned',
  54: 'ldap_blocked',
}

function makePerson({ name, username }: SampleName, index: number, today: Day): User {
  const isWaiting = otherStates[index] === 'blocked_pending_approval'
  return {
    id: idOf(index),
    username,
    name,
    email: index % 10 === 9 ? null : addressOf(username),
    state: otherStates[index] ?? 'active',
    type: 'human',
    member: true,
    lastActivityOn: isWaiting ? null : addDays(today, -(index % 9)),
    lastDuoActivityOn: isWaiting ? null : lastUseOf(index, today),
  }
}

/** Four in six people used GitLab Duo in the last week, one some months ago, and one never. */
function lastUseOf(index: number, today: Day): Day | null {
  if (index % 6 === 5) return null
  return addDays(today, index % 6 === 4 ? -(70 + index) : -(index % 7))
}

function addressOf(username: string): string {
  return `${username}@example.com`
}

function makeBots(today: Day): User[] {
  const bots = [
    ['project_7_bot', 'Deploy token', 'project_bot'],
    ['ci-runner', 'CI runner', 'service_account'],
    ['ghost', 'Ghost User', 'ghost'],
  ] as const
  return bots.map(([username, name, type], index) => ({
    id: idOf(sampleNames.length + index),
    username,
    name,
    email: null,
    state: 'active',
    type,
    member: true,
    lastActivityOn: type === 'ghost' ? null : today,
    lastDuoActivityOn: null,
  }))
}

/** Positions of the holders. */
const holders: Record<AddOn, readonly number[]> = {
  'duo-pro': [...range(0, 12), ...range(36, 40), 50],
  'duo-enterprise': [...range(0, 22), 50, 51],
}

function listSeats(addOn: AddOn, today: Day): Seat[] {
  const assignedOn = { 'duo-pro': addDays(today, -200), 'duo-enterprise': addDays(today, -daysSinceChange) }
  const addOns = addOn === 'duo-pro' ? (['duo-pro'] as const) : (['duo-pro', 'duo-enterprise'] as const)
  return addOns.flatMap((held) =>
    holders[held].map((index) => ({
      addOnPurchaseId: purchaseIds[held],
      userId: idOf(index),
      assignedAt: `${assignedOn[held]}T09:00:00.000Z`,
    })),
  )
}

/** From the first position up to the second one, exclusive. */
function range(from: number, until: number): number[] {
  return Array.from({ length: until - from }, (_, index) => from + index)
}

const groups: SnapshotGroup[] = [
  makeGroup('acme', { owner: [0] }),
  makeGroup('acme/platform', { maintainer: range(1, 4), developer: [...range(4, 14), ...range(40, 45), 50] }),
  makeGroup('acme/platform/tools', { developer: range(14, 20) }),
  makeGroup('acme/data', { developer: [...range(20, 30), 51], guest: range(45, 48) }),
  makeGroup('acme/design', { developer: range(30, 40) }),
]

function makeGroup(fullPath: string, positions: Partial<Record<Role, readonly number[]>>): SnapshotGroup {
  const members = Object.entries(positions).flatMap(([role, indexes]) =>
    indexes.map((index) => ({
      userId: idOf(index),
      invitedEmail: null,
      accessLevel: accessLevels[role as Role],
      expiresOn: null,
    })),
  )
  const invitedGroups =
    fullPath === 'acme/platform' ? [{ fullPath: 'acme/data', accessLevel: accessLevels.reporter }] : []
  return { fullPath, members, invitedGroups }
}
