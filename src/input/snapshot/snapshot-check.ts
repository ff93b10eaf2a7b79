import * as v from 'valibot'
import { msPerDay } from '../../domain/day.ts'
import type { Seat, SnapshotHead } from '../../domain/snapshot.ts'
import type { User, UserAddress } from '../../domain/user.ts'
import { describeObject } from './describe-values.ts'
import { DocumentCheck, isRecord } from './document-check.ts'
import { FaultList } from './fault-list.ts'
import type { Piece } from './json-pieces.ts'
import { PurchaseCheck } from './purchase-check.ts'
import { readGroups } from './read-groups.ts'
import { SeatCheck } from './seat-check.ts'
import { snapshotSchema, subscriptionSchema } from './snapshot-schema.ts'
import { toInstant, toNullableInstant } from './to-instant.ts'
import { UserCheck } from './user-check.ts'

/**
 * The snapshot schema without the elements of its lists. Elements are checked one at a time, so a million broken users take no
 * more memory than valid ones.
 */
const frameSchema = describeObject({
  ...snapshotSchema.entries,
  add_on_purchases: v.array(v.unknown(), 'an array'),
  users: v.array(v.unknown(), 'an array'),
  seats: v.array(v.unknown(), 'an array'),
  groups: v.optional(v.array(v.unknown(), 'an array')),
})

/** Lists that may be long. Their elements come as pieces. */
export const longLists: ReadonlySet<string> = new Set(['users', 'seats'])

/** Takes the rows of a snapshot while it is read. Forget them if the snapshot has a fault. */
export interface SnapshotSink {
  addUsers(users: readonly User[]): void
  addAddresses(addresses: readonly UserAddress[]): void
  addSeats(seats: readonly Seat[]): void
}

export interface CheckedSnapshot {
  /** Null if there is a fault. */
  head: SnapshotHead | null
  faults: FaultList
  /** Places of unknown keys, each once, without indexes: `users[].nickname`. */
  unknownKeys: string[]
  /** Sentences about values of a newer GitLab. */
  unknownValues: string[]
}

/**
 * Checks the pieces of a document against the schema, and its parts against each other. It collects faults and never throws. A
 * broken list of users or purchases suppresses the check that the seats refer to it.
 */
export class SnapshotCheck {
  readonly #now: Date
  readonly #sink: SnapshotSink
  readonly #root = new DocumentCheck()
  readonly #purchases = new PurchaseCheck()
  readonly #users = new UserCheck()
  readonly #members = new Map<string, unknown>()
  #seats: SeatCheck | null = null
  /** The document, if it is not an object. */
  #other: { value: unknown } | null = null
  #openList: string | null = null
  #isPostponed = false

  /** @param now `taken_at` may be up to a day later, for clocks that disagree */
  constructor(now: Date, sink: SnapshotSink) {
    this.#now = now
    this.#sink = sink
  }

  /** Whether the seats must be read again, because what they refer to stands behind them. */
  get hasPostponedSeats(): boolean {
    return this.#isPostponed
  }

  take(pieces: readonly Piece[]): void {
    const rows: Batch = { users: [], addresses: [], seats: [] }
    for (const { key, index, value } of pieces) {
      if (key === null) this.#other = { value }
      else if (index === null) this.#takeMember(key, value)
      else if (key === this.#openList) this.#takeElement(value, index, rows)
    }
    if (rows.users.length > 0) this.#sink.addUsers(rows.users)
    if (rows.addresses.length > 0) this.#sink.addAddresses(rows.addresses)
    if (rows.seats.length > 0) this.#sink.addSeats(rows.seats)
  }

  /** For a second reading of all pieces. */
  takePostponed(pieces: readonly Piece[]): void {
    this.#openList = 'seats'
    this.take(pieces.filter(({ key, index }) => key === 'seats' && index !== null))
  }

  finish(): CheckedSnapshot {
    const root = this.#root
    const document = this.#other === null ? Object.fromEntries(this.#members) : this.#other.value
    const frame = root.readRecord(frameSchema, document, [], '')
    if (!isRecord(document)) return { ...conclude(null, [root]), unknownValues: [] }

    const { subscription, groups: groupList } = document
    if (isRecord(subscription))
      root.noteUnknownKeys(subscriptionSchema.options[0].entries, subscription, 'subscription')
    if (frame !== null) refuseFuture(root, frame.taken_at, this.#now)
    const { addOnPurchases } = this.#purchases.read(document['add_on_purchases'])
    const groupCheck = new DocumentCheck()
    const groups = readGroups(groupCheck, groupList, this.#areUsersBroken() ? null : this.#users)
    const head = frame && { ...toHead(frame), addOnPurchases, ...(groups.length > 0 && { groups }) }
    const checks = [root, this.#purchases.check, this.#users.check, this.#openSeats().check, groupCheck]
    return { ...conclude(head, checks), unknownValues: [...this.#users.unknownValues] }
  }

  #takeMember(key: string, value: unknown): void {
    const isRepeated = longLists.has(key) && this.#members.has(key)
    if (isRepeated) this.#root.faults.add([key], 'a key that occurs once', value)
    else this.#members.set(key, value)
    this.#openList = isRepeated || !longLists.has(key) ? null : key
    if (this.#openList !== 'seats' || (this.#members.has('users') && this.#members.has('add_on_purchases')))
      return
    this.#isPostponed = Array.isArray(value)
    this.#openList = null
  }

  #takeElement(value: unknown, index: number, rows: Batch): void {
    if (this.#openList === 'seats') {
      const seat = this.#openSeats().read(value, index)
      if (seat !== null) rows.seats.push(seat)
      return
    }
    const read = this.#users.read(value, index)
    if (read === null) return
    rows.users.push(read.user)
    rows.addresses.push(...read.addresses)
  }

  /** When users and purchases are complete. */
  #openSeats(): SeatCheck {
    this.#seats ??= new SeatCheck({
      hasPurchase: this.#purchases.read(this.#members.get('add_on_purchases')).hasId,
      hasUser: this.#areUsersBroken() ? null : (id) => this.#users.hasId(id),
    })
    return this.#seats
  }

  #areUsersBroken(): boolean {
    return !Array.isArray(this.#members.get('users')) || this.#users.check.isBroken('users')
  }
}

interface Batch {
  users: User[]
  addresses: UserAddress[]
  seats: Seat[]
}

/** @param checks of the parts, in the order in which their faults are listed */
function conclude(
  head: SnapshotHead | null,
  checks: readonly DocumentCheck[],
): Omit<CheckedSnapshot, 'unknownValues'> {
  const faults = new FaultList()
  for (const check of checks) faults.addAll(check.faults)
  const unknownKeys = [...new Set(checks.flatMap((check) => [...check.unknownKeys]))]
  return { head: faults.count === 0 ? head : null, faults, unknownKeys }
}

function refuseFuture(check: DocumentCheck, takenAt: string, now: Date): void {
  const latest = new Date(now.getTime() + msPerDay).toISOString()
  if (toInstant(takenAt) > latest)
    check.faults.add(['taken_at'], `a time no later than "${latest}", a day from now`, takenAt)
}

function toHead(frame: v.InferOutput<typeof frameSchema>): Pick<SnapshotHead, 'takenAt' | 'subscription'> {
  const { offering, url, group, plan, gitlab_version, last_sync_at } = frame.subscription
  return {
    takenAt: toInstant(frame.taken_at),
    subscription: {
      offering,
      url: url.replace(/\/+$/, ''),
      group,
      plan: plan.toLowerCase(),
      gitlabVersion: gitlab_version,
      lastSyncAt: toNullableInstant(last_sync_at),
    },
  }
}
