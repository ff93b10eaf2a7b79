import type { MinRole } from '../domain/access-level.ts'
import type { Day } from '../domain/day.ts'
import {
  type CountedMember,
  type CountedMembers,
  countMembers,
  type MemberCount,
  type MemberRelation,
} from '../domain/group-members.ts'
import type { Ineligibility } from '../domain/ineligibility.ts'
import type { Request } from '../domain/request.ts'
import { splitIntoBatches } from '../domain/split-into-batches.ts'
import { UserError } from '../errors.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { Store } from '../store/store.ts'
import { requestForUser } from './protected-users.ts'
import type { RequestList, SourceContext } from './request-source.ts'

interface MemberListOptions {
  /** Full paths. */
  groups: readonly string[]
  minRole: MinRole | null
  /** Besides the direct members. */
  relations: readonly Exclude<MemberRelation, 'direct'>[]
  today: Day
  /** The order gives seats: members who cannot be given one, and hold none, are left out. */
  givesSeats: boolean
}

export interface MemberReading extends CountedMembers {
  /** By reason; known after the run or the preview. */
  leftOut: ReadonlyMap<Ineligibility, number>
  /** False before GitLab 17.5: those who are not eligible are missing. */
  areAllHoldersListed: boolean
}

const batchSize = 1_000

/** The members of any of the groups, group by group, each by id. Read it after {@link load}. */
export class MemberList implements RequestList {
  readonly file = null
  readonly order = 'by group, then by user id'
  readonly #options: MemberListOptions
  #counted: CountedMembers | null = null
  #leftOut: ReadonlyMap<Ineligibility, number> = new Map()
  #areAllHoldersListed = true

  constructor(options: MemberListOptions) {
    this.#options = options
  }

  /** Null before {@link load}. */
  get reading(): MemberReading | null {
    const [leftOut, areAllHoldersListed] = [this.#leftOut, this.#areAllHoldersListed]
    return this.#counted && { ...this.#counted, leftOut, areAllHoldersListed }
  }

  get recorded() {
    const { groups, minRole, relations } = this.#options
    return {
      members_of: this.#counted?.groups.map(({ fullPath }) => fullPath) ?? groups,
      min_role: minRole,
      inherited: relations.includes('inherited'),
      with_subgroups: relations.includes('subgroups'),
      with_invited: relations.includes('invited'),
      members: this.#counted?.members.length ?? null,
    }
  }

  /** @throws UserError if GitLab hides a group, or no member counts */
  async load(gitlab: GitLab): Promise<void> {
    const { groups, relations, minRole, today } = this.#options
    const readings = await gitlab.readGroupMembers(groups, ['direct', ...relations])
    const rules = { minRole, today, offering: gitlab.offering, isMerged: relations.length > 0 }
    const counted = countMembers(readings, rules)
    if (counted.groups.every((group) => this.isEmpty(group))) throw createNoMembersError(this.#options)
    this.#counted = counted
    this.#areAllHoldersListed = gitlab.capabilities.filtersBySeat
  }

  /** For an order that gives seats, members who cannot be given one do not fill a group. */
  isEmpty({ members, eligible }: MemberCount): boolean {
    return (this.#options.givesSeats ? eligible : members) === 0
  }

  /** With users who may be members: no seat of theirs is taken. */
  async *readBatches(): AsyncIterable<Request[]> {
    const { members, uncertain } = this.#requireCounted()
    yield* batchRequests([...members, ...uncertain])
  }

  /** Without members who cannot be given a seat and hold none, if the order gives seats or GitLab hides them in look-ups. */
  async *readWanted({ store, purchase }: SourceContext): AsyncIterable<Request[]> {
    const { members } = this.#requireCounted()
    const without = findHampered(members, store, purchase.id)
    const leftOut = this.#options.givesSeats ? without : findUnknown(without, store, purchase.id)
    this.#leftOut = countObstacles(members.filter((member) => leftOut.has(member)))
    yield* batchRequests(members.filter((member) => !leftOut.has(member)))
  }

  #requireCounted(): CountedMembers {
    if (this.#counted === null) throw new Error('The members of a group were read before GitLab was.')
    return this.#counted
  }
}

/** A blocked holder keeps the seat, as in a CSV. */
function findHampered(
  members: readonly CountedMember[],
  store: Store,
  addOnPurchaseId: number,
): Set<CountedMember> {
  const hampered = new Map(
    members.filter(({ obstacle }) => obstacle !== null).map((member) => [member.userId, member]),
  )
  if (hampered.size > 0)
    for (const holders of store.seats.readHolders(addOnPurchaseId))
      for (const { userId } of holders) hampered.delete(userId)
  return new Set(hampered.values())
}

/** Others than administrators find blocked users only among the members and the holders. */
function findUnknown(
  members: ReadonlySet<CountedMember>,
  store: Store,
  addOnPurchaseId: number,
): Set<CountedMember> {
  const userIds = [...members].map(({ userId }) => userId)
  const found = store.knownSeats.read(addOnPurchaseId, userIds).filter(({ isGone }) => !isGone)
  const known = new Set(found.map(({ id }) => id))
  return new Set([...members].filter(({ userId }) => !known.has(userId)))
}

function countObstacles(members: readonly CountedMember[]): Map<Ineligibility, number> {
  const counts = new Map<Ineligibility, number>()
  for (const { obstacle } of members)
    if (obstacle !== null) counts.set(obstacle, (counts.get(obstacle) ?? 0) + 1)
  return counts
}

function batchRequests(members: readonly CountedMember[]): Request[][] {
  return splitIntoBatches(members, batchSize).map((batch) => batch.map(requestMember))
}

/** By id: the name may have changed since the last sync. */
function requestMember(member: CountedMember): Request {
  return { ...requestForUser(member), input: `@${member.username}`, idSource: 'group' }
}

function createNoMembersError({ groups, minRole, relations }: MemberListOptions): UserError {
  const role = minRole === null ? '' : ` with the role ${minRole} or higher`
  const names = groups.length === 1 ? `The group ${groups[0]} has` : `The groups ${groups.join(', ')} have`
  return new UserError(
    'refused',
    `${names} no members${role} who count. Nothing was written.`,
    relations.length === 0
      ? 'Only direct members were read: add --inherited, --with-subgroups or --with-invited for others.'
      : 'Check the paths and the roles. Invitations, expired members and, for seats, bots and blocked users do not count.',
  )
}
