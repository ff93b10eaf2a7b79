import { accessLevels, type MinRole } from './access-level.ts'
import type { Day } from './day.ts'
import { findIneligibility, type Ineligibility, type Membership, type Offering } from './user.ts'

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

export interface MemberRules {
  /** Null: every role. */
  minRole: MinRole | null
  today: Day
  offering: Offering
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
}

export function countMembers(readings: readonly GroupReading[], rules: MemberRules): CountedMembers {
  const members = new Map<number, CountedMember>()
  const groups: MemberCount[] = []
  let [invitations, expired] = [0, 0]
  for (const { fullPath, members: found } of readings) {
    const fitting = found.filter(({ accessLevel }) => isHighEnough(accessLevel, rules))
    const current = fitting.filter(({ expiresOn }) => expiresOn === null || expiresOn > rules.today)
    const counted = current.flatMap(({ user }) => (user === null ? [] : [countMember(user, rules)]))
    for (const member of counted.sort((a, b) => a.userId - b.userId))
      if (!members.has(member.userId)) members.set(member.userId, member)
    const eligible = counted.filter(({ obstacle }) => obstacle === null).length
    groups.push({ fullPath, members: counted.length, eligible })
    invitations += current.length - counted.length
    expired += fitting.length - current.length
  }
  return { members: [...members.values()], groups, invitations, expired }
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
