import type { AddOnPurchase } from '../../domain/add-on.ts'
import type { Instant } from '../../domain/day.ts'
import type { Seat, Subscription } from '../../domain/snapshot.ts'
import type { User } from '../../domain/user.ts'
import { toSafeJson } from '../escape-controls.ts'
import { mapRows } from '../report-document.ts'
import type { TextOutput } from '../text-output.ts'
import { writeJsonRows } from '../write-json-rows.ts'

export interface SnapshotContent {
  takenAt: Instant
  subscription: Subscription
  addOnPurchases: readonly AddOnPurchase[]
  readUsers(): Iterable<User>
  /** Only for the users and purchases above. */
  readSeats(): Iterable<Seat>
}

/** As `sync --from` reads it (fixtures/snapshot.schema.json), one row a line. Ends the output. */
export async function writeSnapshot(content: SnapshotContent, output: TextOutput): Promise<void> {
  const { takenAt, subscription, addOnPurchases } = content
  const head = { schema: 1, taken_at: takenAt, subscription: toSubscriptionRow(subscription) }
  const keys = Object.entries(head).map(([key, value]) => `  "${key}": ${toSafeJson(value)},\n`)
  await output.write(`{\n${keys.join('')}`)
  await output.write('  "add_on_purchases": ')
  await writeJsonRows(mapRows(addOnPurchases, toPurchaseRow), '  ', output)
  await output.write(',\n  "users": ')
  await writeJsonRows(mapRows(content.readUsers(), toUserRow), '  ', output)
  await output.write(',\n  "seats": ')
  await writeJsonRows(mapRows(content.readSeats(), toSeatRow), '  ', output)
  await output.write('\n}\n')
  await output.end()
}

function toSubscriptionRow(subscription: Subscription): object {
  return {
    offering: subscription.offering,
    url: subscription.url,
    group: subscription.group,
    plan: subscription.plan,
    gitlab_version: subscription.gitlabVersion,
    last_sync_at: subscription.lastSyncAt,
  }
}

function toPurchaseRow(purchase: AddOnPurchase): object {
  return {
    id: purchase.id,
    add_on: purchase.addOn,
    quantity: purchase.quantity,
    started_on: purchase.startedOn,
    expires_on: purchase.expiresOn,
    trial: purchase.trial,
  }
}

function toUserRow(user: User): object {
  return {
    id: user.id,
    username: user.username,
    name: user.name,
    email: user.email,
    state: user.state,
    type: user.type,
    member: user.member,
    last_activity_on: user.lastActivityOn,
    last_duo_activity_on: user.lastDuoActivityOn,
  }
}

function toSeatRow({ addOnPurchaseId, userId, assignedAt }: Seat): object {
  return { add_on_purchase_id: addOnPurchaseId, user_id: userId, assigned_at: assignedAt }
}
