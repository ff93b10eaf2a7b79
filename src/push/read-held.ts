import type { GitLab } from '../gitlab/gitlab.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'

export interface HeldReading {
  /** Ids of the holders. */
  held: Set<number>
  /** As many came as GitLab counts: a holder who moved between the pages is missing. */
  isWhole: boolean
}

/** @param purchase as GitLab showed it just before */
export async function readHeld(purchase: PurchaseReading, gitlab: GitLab): Promise<HeldReading> {
  if (!gitlab.capabilities.filtersBySeat) return readEligibleHolders(purchase, gitlab)
  const held = new Set<number>()
  for await (const holders of gitlab.readHolders(purchase)) for (const { id } of holders) held.add(id)
  return { held, isWhole: held.size === purchase.assigned }
}

/** Before 17.5, holders who are not eligible are missing in any case: the list and its count are those of eligible users. */
async function readEligibleHolders(purchase: PurchaseReading, gitlab: GitLab): Promise<HeldReading> {
  const held = new Set<number>()
  const listed = new Set<number>()
  let counted: number | null = null
  for await (const { users, seats, total } of gitlab.readEligibleUsers([purchase])) {
    for (const { id } of users) listed.add(id)
    for (const { userId } of seats) held.add(userId)
    counted = total
  }
  return { held, isWhole: counted !== null && listed.size >= counted }
}
