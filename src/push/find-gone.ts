import type { SeatChange } from '../domain/seat-change.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'

/**
 * Users that GitLab no longer has. It hides blocked users from callers who are not administrators, but lists them as holders:
 * their seats can be removed.
 */
export async function findGone<Item extends { userId: number }>(
  change: SeatChange,
  items: readonly Item[],
  purchase: PurchaseReading,
  gitlab: GitLab,
): Promise<Item[]> {
  const userIds = items.map(({ userId }) => userId)
  const known = new Set((await gitlab.findUsers({ usernames: [], userIds })).map(({ id }) => id))
  const gone = items.filter(({ userId }) => !known.has(userId))
  if (gone.length === 0 || change === 'give' || gitlab.offering === 'self-managed') return gone
  for await (const holders of gitlab.readHolders(purchase)) for (const { id } of holders) known.add(id)
  return gone.filter(({ userId }) => !known.has(userId))
}
