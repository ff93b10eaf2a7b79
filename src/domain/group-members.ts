import { accessLevels, type MinRole } from './access-level.ts'
import type { Day } from './day.ts'
import { findIneligibility, type Ineligibility } from './ineligibility.ts'
import type { Membership, Offering } from './user.ts'

/** Direct members, and those of groups above, of groups below, and of groups invited to it or above. */
export const memberRelations = ['direct', 'inherited', 'subgroups', 'invited'] as const

export type MemberRelation = (typeof memberRelations)[number]

export interface GroupMember {
  /** Null for an invitation by email address. */
  user: (Pick<Membership, 'state' | 'type'> & { userId: number; username: string }) | null
  accessLevel: number
  /** Exclusive, as in GitLab (`app/models/member.rb`, scope `not_expired`). */
  expiresOn: Day | null
}

export interface GroupReading {
  /** In GitLab's spelling. */
  fullPath: string
  /** Each user once. */
  members: readonly GroupMember[]
}

interface MemberRules {
  /** Null: every role. */
  minRole: MinRole | null
  today: Day
  offering: Offering
  /** Several relations were read: GitLab lists a user once, with the highest role, whether it has expired or not. */
  isMerged: boolean
}

export interface CountedMember {
  userId: number
  username: string
  /** The reason why the user cannot be given a seat, whatever the membership; null without one. */
  obstacle: Ineligibility | null
}

export interface MemberCount {
  fullPath: string
  members: number
  /** Members without an obstacle. */
  eligible: number
}

export interface CountedMembers {
  /** Each user once: by group, then by user id. */
  members: readonly CountedMember[]
  groups: readonly MemberCount[]
  invitations: number
  /** GitLab removes them by a nightly job. */
  expired: number
  /** Other users, whose expired membership may hide another one. */
  uncertain: readonly CountedMember[]
}

export function countMembers(readings: readonly GroupReading[], rules: MemberRules): CountedMembers {
  const members = new Map<number, CountedMember>()
  const expiredMembers = new Map<number, CountedMember>()
  const groups: MemberCount[] = []
  let [invitations, expired] = [0, 0]
  for (const { fullPath, members: found } of readings) {
    const fitting = found.filter(({ accessLevel }) => isHighEnough(accessLevel, rules))
    const current = fitting.filter((member) => !isExpired(member, rules))
    const counted = countUsers(current, rules)
    const gone = countUsers(
      fitting.filter((member) => isExpired(member, rules)),
      rules,
    )
    for (const member of gone) expiredMembers.set(member.userId, member)
    for (const member of counted.sort((a, b) => a.userId - b.userId))
      if (!members.has(member.userId)) members.set(member.userId, member)
    const eligible = counted.filter(({ obstacle }) => obstacle === null).length
    groups.push({ fullPath, members: counted.length, eligible })
    invitations += current.length - counted.length
    expired += fitting.length - current.length
  }
  const uncertain = rules.isMerged ? [...expiredMembers.values()] : []
  return {
    members: [...members.values()],
    groups,
    invitations,
    expired,
    uncertain: uncertain.filter(({ userId }) => !members.has(userId)),
  }
}

function isExpired({ expiresOn }: GroupMember, { today }: MemberRules): boolean {
  return expiresOn !== null && expiresOn <= today
}

function countUsers(members: readonly GroupMember[], rules: MemberRules): CountedMember[] {
  return members.flatMap(({ user }) => (user === null ? [] : [countMember(user, rules)]))
}

function isHighEnough(accessLevel: number, { minRole }: MemberRules): boolean {
  return minRole === null || accessLevel >= accessLevels[minRole]
}

function countMember(
  { userId, username, state, type }: NonNullable<GroupMember['user']>,
  { offering }: MemberRules,
): CountedMember {
  return { userId, username, obstacle: findIneligibility({ state, type, member: true }, offering) }
}
