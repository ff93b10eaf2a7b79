import { makePurchase, makeSeat, makeSnapshot, makeUser } from './make-snapshot.ts'
import { shareStore } from './open-after.ts'
import { syncStore } from './sync-store.ts'
import { Workdir } from './workdir.ts'

/** On the second day of each month, up to that of the frozen clock. */
export const months = Array.from({ length: 12 }, (_, index) =>
  new Date(Date.UTC(2025, 3 + index, 2, 8)).toISOString(),
)
export const heldByMonth = [2, 4, 6, 8, 10, 12, 14, 10, 18, 20, 22, 24]
export const boughtByMonth = [10, 10, 10, 10, 10, 30, 30, 30, 30, 30, 30, 30]

export function daysBefore(instant: string, days: number): string {
  return new Date(Date.parse(instant) - days * 86_400_000).toISOString().slice(0, 10)
}

/** Half of the users are active, a quarter was active 40 days ago, and a quarter has no recorded use. */
function findLastUse(id: number, takenAt: string): string | null {
  if (id % 2 === 0) return daysBefore(takenAt, 1)
  return id % 4 === 1 ? daysBefore(takenAt, 40) : null
}

function makeMonth(takenAt: string, index: number) {
  const ids = Array.from({ length: 24 }, (_, position) => position + 1)
  return makeSnapshot({
    taken_at: takenAt,
    add_on_purchases: [makePurchase({ quantity: boughtByMonth[index] })],
    users: ids.map((id) => makeUser(id, `user-${id}`, { last_duo_activity_on: findLastUse(id, takenAt) })),
    seats: ids.slice(0, heldByMonth[index]).map((id) => makeSeat(id)),
  })
}

/** A store that lived through a year of syncs. */
export const openYear = shareStore(async () => {
  const workdir = new Workdir()
  for (const [index, takenAt] of months.entries()) await syncStore(workdir, makeMonth(takenAt, index))
  return workdir
})
