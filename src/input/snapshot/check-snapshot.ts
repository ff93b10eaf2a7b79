import * as v from 'valibot'
import type { AddOnPurchase } from '../../domain/add-on.ts'
import { type Instant, msPerDay } from '../../domain/day.ts'
import type { Seat, Snapshot } from '../../domain/snapshot.ts'
import type { User, UserAddress } from '../../domain/user.ts'
import { foldName } from '../../people/person-key.ts'
import { describeObject } from './describe-values.ts'
import { DocumentCheck, isRecord } from './document-check.ts'
import type { FaultList } from './fault-list.ts'
import { readGroups } from './read-groups.ts'
import {
  purchaseSchema,
  seatSchema,
  snapshotSchema,
  subscriptionSchema,
  userSchema,
} from './snapshot-schema.ts'
import { UniqueValues } from './unique-values.ts'

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

export interface CheckedSnapshot {
  /** Null if there is a fault. */
  snapshot: Snapshot | null
  faults: FaultList
  /** Places of unknown keys, each once, without indexes: `users[].nickname`. */
  unknownKeys: string[]
}

/**
 * Checks a parsed document against the schema, and its parts against each other. It returns faults and never throws. A broken list
 * of users or purchases suppresses the check that the seats refer to it.
 *
 * @param now `taken_at` may be up to a day later, for clocks that disagree
 */
export function checkSnapshot(document: unknown, now: Date): CheckedSnapshot {
  const check = new DocumentCheck()
  const snapshot = readDocument(check, document, now)
  const { faults, unknownKeys } = check
  return { snapshot: faults.count === 0 ? snapshot : null, faults, unknownKeys: [...unknownKeys] }
}

function readDocument(check: DocumentCheck, document: unknown, now: Date): Snapshot | null {
  const frame = check.readRecord(frameSchema, document, [], '')
  if (!isRecord(document)) return null

  const { subscription, add_on_purchases: purchaseList, users: userList, seats: seatList } = document
  if (isRecord(subscription))
    check.noteUnknownKeys(subscriptionSchema.options[0].entries, subscription, 'subscription')
  if (frame !== null) refuseFuture(check, frame.taken_at, now)
  const purchaseIds = new UniqueValues<number>(check.faults, 'add_on_purchases', 'id')
  const userIds = new UniqueValues<number>(check.faults, 'users', 'id')
  const addOnPurchases = readPurchases(check, purchaseList, purchaseIds)
  const { users, addresses } = readUsers(check, userList, userIds)
  const seats = readSeats(check, seatList, {
    purchases: check.isBroken('add_on_purchases') ? null : purchaseIds,
    users: check.isBroken('users') ? null : userIds,
  })
  const groups = readGroups(check, document['groups'], check.isBroken('users') ? null : users)
  if (frame === null) return null
  return {
    ...toScope(frame),
    addOnPurchases,
    users,
    seats,
    ...(addresses.length > 0 && { addresses }),
    ...(groups.length > 0 && { groups }),
  }
}

function refuseFuture(check: DocumentCheck, takenAt: string, now: Date): void {
  const latest = new Date(now.getTime() + msPerDay).toISOString()
  if (toInstant(takenAt) > latest)
    check.faults.add(['taken_at'], `a time no later than "${latest}", a day from now`, takenAt)
}

function readPurchases(check: DocumentCheck, list: unknown, ids: UniqueValues<number>): AddOnPurchase[] {
  const addOns = new UniqueValues<string>(check.faults, 'add_on_purchases', 'add_on')
  return check.readList('add_on_purchases', list, purchaseSchema, (purchase, index) => {
    ids.claim(purchase.id, index)
    addOns.claim(purchase.add_on, index)
    return toPurchase(purchase)
  })
}

function readUsers(
  check: DocumentCheck,
  list: unknown,
  ids: UniqueValues<number>,
): { users: User[]; addresses: UserAddress[] } {
  const names = new UniqueValues<string>(check.faults, 'users', 'username')
  const addresses: UserAddress[] = []
  const users = check.readList('users', list, userSchema, (user, index) => {
    ids.claim(user.id, index)
    names.claim(foldName(user.username), index, user.username)
    for (const address of user.emails ?? [])
      if (address.trim() !== '') addresses.push({ userId: user.id, address })
    return toUser(user)
  })
  return { users, addresses }
}

/** Ids that a seat may refer to; null if an element of the list is broken. */
interface KnownIds {
  purchases: UniqueValues<number> | null
  users: UniqueValues<number> | null
}

function readSeats(check: DocumentCheck, list: unknown, known: KnownIds): Seat[] {
  const pairs = new UniqueValues<string>(check.faults, 'seats')
  return check.readList('seats', list, seatSchema, (seat, index) => {
    const { add_on_purchase_id, user_id } = seat
    if (known.purchases?.has(add_on_purchase_id) === false)
      check.faults.add(['seats', index, 'add_on_purchase_id'], 'the id of a purchase', add_on_purchase_id)
    if (known.users?.has(user_id) === false)
      check.faults.add(['seats', index, 'user_id'], 'the id of a user', user_id)
    pairs.claim(`${add_on_purchase_id}:${user_id}`, index, { add_on_purchase_id, user_id })
    return toSeat(seat)
  })
}

function toScope(frame: v.InferOutput<typeof frameSchema>): Pick<Snapshot, 'takenAt' | 'subscription'> {
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

function toPurchase(purchase: v.InferOutput<typeof purchaseSchema>): AddOnPurchase {
  const { id, add_on, quantity, started_on, expires_on, trial } = purchase
  return { id, addOn: add_on, quantity, startedOn: started_on, expiresOn: expires_on, trial }
}

function toUser(user: v.InferOutput<typeof userSchema>): User {
  const { id, username, name, email, state, type, member, last_activity_on, last_duo_activity_on } = user
  return {
    id,
    username,
    name,
    // Some GitLab APIs return a hidden address as an empty string, others as null.
    email: email === '' ? null : email,
    state,
    type,
    member,
    lastActivityOn: last_activity_on,
    lastDuoActivityOn: last_duo_activity_on,
  }
}

function toSeat({ add_on_purchase_id, user_id, assigned_at }: v.InferOutput<typeof seatSchema>): Seat {
  return {
    addOnPurchaseId: add_on_purchase_id,
    userId: user_id,
    assignedAt: toNullableInstant(assigned_at),
  }
}

/** Formats like `toISOString`. The schema has checked the form, and a Date for each of a million seats takes a second. */
function toInstant(text: string): Instant {
  const [seconds, fraction = ''] = text.slice(0, -1).split('.')
  return `${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`
}

function toNullableInstant(text: string | null): Instant | null {
  return text === null ? null : toInstant(text)
}
